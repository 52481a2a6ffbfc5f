import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Running, Unavailable } from './service.js';

export const hint = 'install Debian’s chromium, or name a Chromium in KEYTRAIL_CHROMIUM';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What a browser says of itself; it must run to say it. */
function versionOf(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(said.trim()) : reject(new Error(`${path} ended with ${code}`))));
  });
}

/** A Chromium on this machine, not started: each test has one of its own. `url` is its path. */
export async function findBrowser(): Promise<Running> {
  const path = process.env.KEYTRAIL_CHROMIUM ?? usual.find((place) => existsSync(place));
  if (path === undefined) throw new Unavailable('no chromium is installed');
  return { url: path, how: await versionOf(path), stop: async () => undefined };
}
