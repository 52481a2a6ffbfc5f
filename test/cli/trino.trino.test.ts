import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logFolder, readCase, writeCase } from '../queries/cases.js';
import { type Certificate, selfSigned } from '../services/certificate.js';
import { describeWith } from '../services/index.js';
import { tell } from '../stores/trino/over-files.js';
import { runCli } from './run-cli.js';

const key = 'AKIAIOSFODNN7EXAMPLE';

/** Stands before Trino as a proxy with TLS and one user does; Trino's answers point past it. */
async function tlsFront(trino: string, certificate: Certificate, user: string) {
  const wanted = `Basic ${Buffer.from(user).toString('base64')}`;
  const server = createServer(certificate, async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body: Buffer[] = [];
    for await (const part of request) body.push(part);
    if (headers.authorization !== wanted) {
      response.writeHead(401).end('Unauthorized');
      return;
    }
    const own = Object.entries(headers).filter(([name]) => name.startsWith('x-trino-'));
    const answer = await fetch(`${trino}${url}`, {
      method,
      headers: Object.fromEntries(own) as Record<string, string>,
      ...(method === 'POST' ? { body: Buffer.concat(body) } : {}),
    });
    response.writeHead(answer.status).end(await answer.text());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return once(server.close(), 'close');
    },
  };
}

describeWith('trino', 'the command line', (url, files) => {
  test('asks a Trino with TLS and a password, and says what is wrong with either', async () => {
    const schema = `cli_${randomUUID().slice(0, 8)}`;
    const folder = await mkdtemp(join(tmpdir(), 'keytrail-trino-'));
    const certificate = selfSigned();
    const front = await tlsFront(url, certificate, 'ana:s@cret');
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, certificate.cert);
    try {
      const { asks, ...records } = await readCase('key-owner');
      await writeCase(join(files, schema), { ...records, asks });
      const place = `local:///${schema}/${logFolder('cloudtrail')}/`;
      const tables = await runCli(['setup', 'trino', '--cloudtrail', place]);
      expect(tables).toMatchObject({ code: 0, stderr: '' });
      await tell(url, schema, `CREATE SCHEMA ${schema}`);
      const statements = tables.stdout.split(/;\n\n?/).filter((text) => text !== '');
      for (const statement of statements) await tell(url, schema, statement);
      const run = (args: string[], env: Record<string, string>) =>
        runCli(
          [
            'query',
            'run',
            'key-owner',
            '--key',
            key,
            '--format',
            'json',
            '--store',
            `trino:${front.url}/hive/${schema}`,
            ...args,
          ],
          env,
        );
      const user = { KEYTRAIL_TRINO_USER: 'ana', KEYTRAIL_TRINO_PASSWORD: 's@cret' };

      const asked = await run(['--ca', ca], user);
      expect(asked).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(asked.stdout).rows).toEqual(asks[0]!.rows);
      expect(await run([], { ...user, KEYTRAIL_TRINO_CA: ca })).toMatchObject({ code: 0, stdout: asked.stdout });

      const untrusted = await run([], user);
      expect(untrusted.code).toBe(1);
      expect(untrusted.stderr).toMatch(/can't trust trino:https.*--ca FILE/);
      const wrong = await run(['--ca', ca], { ...user, KEYTRAIL_TRINO_PASSWORD: 'wrong' });
      expect(wrong.code).toBe(1);
      expect(wrong.stderr).toMatch(/password is wrong.*KEYTRAIL_TRINO_PASSWORD/s);
    } finally {
      await front.close();
      await tell(url, schema, `DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await rm(folder, { recursive: true });
      await rm(join(files, schema), { recursive: true, force: true });
    }
  });

  test('setup trino asks for a folder', async () => {
    const { code, stderr } = await runCli(['setup', 'trino']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/where logs lie.*--cloudtrail s3:/);
  });

  test('Trino keeps nothing: ingest says so', async () => {
    const { code, stderr } = await runCli(['ingest', files, '--store', `trino:${url}/hive/logs`]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/can be asked, but keeps nothing/);
  });
});
