import { spawn } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith, uniquePrefix } from '../services/index.js';
import { superuser } from '../services/opensearch-secured.js';
import { commandsOf, pages, type Shown } from './blocks.js';
import { restore } from './restore.js';
import { before, endless, ends, notRun } from './settings.js';
import { startWorld, type World } from './world.js';

const isRun = ({ text }: { text: string }): boolean => !notRun.some(({ command }) => command.test(text));

/** A page's word for what only its reader has, and what stands for it here. */
function inWorld(text: string, { world, opensearch, prefix }: { world: World; opensearch: string; prefix: string }) {
  const names: [RegExp, string][] = [
    [/opensearch:https:\/\/logs\.example:9200/g, `opensearch:${opensearch}?prefix=${prefix}`],
    [/https:\/\/logs\.example:5601/g, world.dashboards.url],
    [/\/etc\/keytrail\//g, './'],
    [/AKIA…/g, world.leaked.accessKeyId],
    [/ASIA…/g, world.temporaryKey],
    [/AKIANEW…/g, world.responder.accessKeyId],
    [/AIDA…/g, 'AIDAIOSFODNN7EXAMPLE'],
    [/111122223333/g, '123456789012'],
    [/:key\/…/g, ':key/1234abcd-12ab-34cd-56ef-1234567890ab'],
    [/222222222222/g, world.memberId],
    [/https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com/g, world.athena.url],
    [/\/srv\/app\/\.aws\/credentials/g, 'application-credentials'],
    // Nobody sits at a terminal to say yes.
    [/(contain (?:apply|undo|rotate) .*)$/g, '$1 --yes'],
    [/(contain apply .*)$/g, '$1 --watch 2s'],
  ];
  return names.reduce((out, [from, to]) => out.replace(from, to), text);
}

interface Ended {
  code: number | null;
  said: string;
}

/** In a shell, as a reader would; stopped once it has said `ready`, where that is given. */
function inShell(text: string, cwd: string, env: Record<string, string>, ready?: RegExp): Promise<Ended> {
  // `exec`: what is stopped is the command itself, and not its shell.
  const line = ready ? `exec ${text}` : text;
  const child = spawn('bash', ['-euo', 'pipefail', '-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let told = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more) => {
      said += more;
      if (!told && ready?.test(said)) told = child.kill('SIGTERM');
    });
  return new Promise((done) => child.on('close', (code) => done({ code, said })));
}

interface Page {
  page: string;
  commands: Shown[];
}

const withCommands = pages
  .map((page): Page => ({ page, commands: commandsOf(page).filter(isRun) }))
  .filter(({ commands }) => commands.length > 0);

describeWith('aws', 'the commands of the pages', (aws) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(aws);
  }, 120_000);
  afterAll(() => world.stop());

  describeWith('secured', 'are run', (opensearch, files) => {
    const asSuperuser = {
      KEYTRAIL_OPENSEARCH_USERNAME: superuser.username,
      KEYTRAIL_OPENSEARCH_PASSWORD: superuser.password,
      KEYTRAIL_OPENSEARCH_CA: 'ca.pem',
    };
    test.for(withCommands)('$page', { timeout: 600_000 }, async ({ page, commands }) => {
      const { folder, env } = await world.folderFor(page);
      await copyFile(join(files, 'ca.pem'), join(folder, 'ca.pem'));
      const here = { world, opensearch, prefix: uniquePrefix('docs') };
      const first = (before[page] ?? []).map((text): Shown => ({ page, line: 0, text }));
      try {
        for (const { line, text } of [...first, ...commands]) {
          const real = inWorld(text, here);
          const more = /athena:|s3:\/\/my-trail-bucket|--job /.test(text) ? { AWS_ENDPOINT_URL: world.athena.url } : {};
          const ready = endless.find(({ command }) => command.test(text))?.ready;
          const { code, said } = await inShell(real, folder, { ...env, ...asSuperuser, ...more }, ready);
          const wanted = ends.find(({ command }) => command.test(text))?.code ?? 0;
          expect(code, `${page}:${line}: ${text}\nrun as: ${real}\n${said.slice(-4000)}`).toBe(wanted);
        }
      } finally {
        await restore(world);
      }
    });
  });
});
