import type { GenericContainer } from 'testcontainers';
import { type Running, Unavailable } from './service.js';

/**
 * Runs a container until stopped; testcontainers' reaper ends it if this process dies.
 * Throws Unavailable where no Docker engine answers or the image can't be had.
 */
export async function startContainer(options: {
  image: string;
  port: number;
  how: string;
  prepare: (container: GenericContainer) => GenericContainer;
}): Promise<Running> {
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
  try {
    await getContainerRuntimeClient();
  } catch {
    throw new Unavailable('no Docker engine answers');
  }
  try {
    const container = options.prepare(new GenericContainer(options.image).withExposedPorts(options.port));
    const started = await container.start();
    return {
      url: `http://${started.getHost()}:${started.getMappedPort(options.port)}`,
      how: `${options.how} in Docker`,
      stop: async () => {
        await started.stop();
      },
    };
  } catch (cause) {
    throw new Unavailable(`Docker could not start ${options.image}: ${String(cause).slice(0, 200)}`);
  }
}
