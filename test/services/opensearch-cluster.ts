import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findJars, type Jars, startNode } from './opensearch.js';
import type { Program } from './service.js';

/** A node of the caller's own, that can fail and come back with its files and at its address. */
export interface OwnNode {
  url: string;
  /** As an operator would; its files stay. */
  stop(): Promise<void>;
  /** As a machine that fails. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface OwnCluster {
  nodes: OwnNode[];
  /** Ends every node and removes their files. */
  end(): Promise<void>;
}

/** Ports that nobody listens at; all are held until the last is known, so that none comes twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Starts a cluster of so many nodes, each in a JVM of its own. Throws Unavailable where there are no jars or JDK. */
export async function startCluster(logs: string, name: string, count: number): Promise<OwnCluster> {
  const jars = await findJars();
  const base = mkdtempSync(join(tmpdir(), 'keytrail-opensearch-'));
  const ports = await freePorts(2 * count);
  const transports = ports.slice(count);
  const names = transports.map((_, place) => `node-${place + 1}`);
  const shared = {
    'cluster.name': name,
    ...(count === 1
      ? { 'discovery.type': 'single-node' }
      : {
          // What nodes do by themselves; the runner would have each be alone.
          'discovery.type': 'zen',
          'discovery.seed_hosts': transports.map((port) => `127.0.0.1:${port}`).join(','),
          'cluster.initial_cluster_manager_nodes': names.join(','),
        }),
  };
  const nodes = names.map((node, place) =>
    ownNode(jars, join(base, node), join(logs, `${name}-${node}`), ports[place]!, {
      ...shared,
      'node.name': node,
      'http.port': ports[place]!,
      'transport.port': transports[place]!,
    }),
  );
  const end = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    rmSync(base, { recursive: true, force: true });
  };
  try {
    await Promise.all(nodes.map((node) => node.start()));
    return { nodes, end };
  } catch (error) {
    await end();
    throw error;
  }
}

function ownNode(
  jars: Jars,
  base: string,
  log: string,
  port: number,
  settings: Record<string, string | number>,
): OwnNode {
  let running: Program | undefined;
  let starts = 0;
  const end = async (how: (program: Program) => Promise<void>): Promise<void> => {
    const program = running;
    running = undefined;
    if (program) await how(program);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => end((program) => program.tell('stop\n')),
    kill: () => end((program) => program.kill()),
    start: async () => {
      starts += 1;
      running = await startNode({ ...jars, base, settings, heap: '512m', log: `${log}-${starts}.log` });
    },
  };
}
