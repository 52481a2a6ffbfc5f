import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContainClients } from '../../../src/contain/clients.js';
import { openRotateJournal, type RotateJournal } from '../../../src/contain/rotate/journal.js';
import { openTargets } from '../../../src/contain/rotate/parse-target.js';
import { planRotation } from '../../../src/contain/rotate/plan.js';
import { type RotationResult, rotate } from '../../../src/contain/rotate/rotate.js';
import { targetsOf, undoRotation } from '../../../src/contain/rotate/undo.js';
import { describeWith, uniquePrefix } from '../../services/index.js';
import { Account, type Credentials } from '../account.js';
import { Applications } from './applications.js';

const changing = new Set([
  'CreateAccessKeyCommand',
  'PutSecretValueCommand',
  'PutParameterCommand',
  'UpdateFunctionConfigurationCommand',
  'DeleteAccessKeyCommand',
]);

/** As a process that is killed: from the given moment on nothing that it does takes effect. */
class Death {
  #moments = 0;
  #dead = false;

  constructor(private readonly at: number) {}

  get moments(): number {
    return this.#moments;
  }

  /** A moment at which it may come. */
  pass(): void {
    if (this.#moments++ === this.at) this.#dead = true;
    if (this.#dead) throw new Error('killed');
  }

  clients(clients: ContainClients): ContainClients {
    const { ssm, secretsManager, lambda } = clients.in('us-east-1');
    for (const { middlewareStack } of [clients.iam, clients.sts, ssm, secretsManager, lambda] as {
      middlewareStack: Stack;
    }[])
      middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            if (!changing.has(commandName ?? '')) {
              if (this.#dead) throw new Error('killed');
              return next(args);
            }
            this.pass();
            const answer = await next(args);
            this.pass();
            return answer;
          },
        { step: 'initialize' },
      );
    return clients;
  }

  journal(journal: RotateJournal): RotateJournal {
    return {
      path: journal.path,
      entries: journal.entries,
      append: async (record) => {
        this.pass();
        await journal.append(record);
        this.pass();
      },
      close: () => journal.close(),
    };
  }
}

type Handler = (args: unknown) => Promise<unknown>;
interface Stack {
  add(middleware: (next: Handler, context: { commandName?: string }) => Handler, options: { step: 'initialize' }): void;
}

const never = new Death(Number.POSITIVE_INFINITY);

describeWith('aws', 'a rotation that is killed, IAM enforced', () => {
  let account: Account;
  let responder: Credentials;
  beforeAll(async () => {
    account = await Account.start();
    responder = await account.addUser('rotator', ['*']);
  });
  afterAll(() => account.stop());

  const delays = [0, 0, 0, 0];
  const signIn = (credentials: Credentials) =>
    new STSClient({ endpoint: account.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

  /** One run of the command. */
  async function run(applications: Applications, path: string, death: Death): Promise<RotationResult> {
    const clients = death.clients(account.clients(responder));
    const targets = openTargets(applications.targets.slice(0, 3), clients, { delays });
    const opened = await openRotateJournal(path, () => new Date());
    try {
      const journal = death.journal(opened);
      const keyId = applications.leaked.accessKeyId;
      const plan = await planRotation({ clients, keyId, targets, entries: journal.entries, own: false });
      return await rotate({ clients, signIn, plan, targets, journal, delays });
    } finally {
      await opened.close();
    }
  }

  const keysOf = async (UserName: string) => {
    const { AccessKeyMetadata = [] } = await account.responder.iam.send(new ListAccessKeysCommand({ UserName }));
    return AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId!).sort();
  };
  const journalPath = () => join(account.directory, `${uniquePrefix('killed')}.jsonl`);

  /** Of a run that is not killed: before and after each call and each line of the journal. */
  let moments = 0;
  test('a run has moments at which it may be killed', async () => {
    const death = new Death(Number.POSITIVE_INFINITY);
    const applications = await Applications.start(account);
    expect(await run(applications, journalPath(), death)).toMatchObject({ state: 'rotated' });
    moments = death.moments;
    // Two for each of 5 calls and 9 lines.
    expect(moments).toBe(28);
  });

  test.each(Array.from({ length: 28 }, (_, at) => at))(
    'killed at moment %i it goes on, and leaves no other key',
    async (at) => {
      expect(at).toBeLessThan(moments);
      const applications = await Applications.start(account);
      const { leaked } = applications;
      const path = journalPath();
      await expect(run(applications, path, new Death(at))).rejects.toThrow('killed');
      const result = await run(applications, path, never);
      expect(result.state).toBe('rotated');
      expect(await keysOf(leaked.userName)).toEqual([leaked.accessKeyId, result.newKeyId!].sort());
      expect((await applications.keyIds()).slice(0, 3)).toEqual(Array.from({ length: 3 }, () => result.newKeyId));
      expect(await applications.work()).toEqual(['allowed', 'allowed', 'allowed', 'allowed']);
      const text = await readFile(path, 'utf8');
      for (const { key } of applications.all) expect(text).not.toContain((await key()).secretAccessKey);
    },
  );

  test('killed twice, its first key lost, it goes on all the same', async () => {
    const applications = await Applications.start(account);
    const path = journalPath();
    // After CreateAccessKey and its line; then, in the next run, in the middle of the second key's way.
    await expect(run(applications, path, new Death(7))).rejects.toThrow('killed');
    await expect(run(applications, path, new Death(16))).rejects.toThrow('killed');
    const result = await run(applications, path, never);
    expect(result.state).toBe('rotated');
    const { userName, accessKeyId } = applications.leaked;
    expect(await keysOf(userName)).toEqual([accessKeyId, result.newKeyId!].sort());
  });

  test("a key that somebody else made in the meantime is not the rotation's to delete", async () => {
    const applications = await Applications.start(account);
    const { userName, accessKeyId } = applications.leaked;
    const path = journalPath();
    // After the intent's line, before the call.
    await expect(run(applications, path, new Death(4))).rejects.toThrow('killed');
    const intents = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const early = intents.map((line) => JSON.stringify({ ...JSON.parse(line), time: '2020-01-01T00:00:00.000Z' }));
    await writeFile(path, `${early.join('\n')}\n`);
    const other = await account.addKey(userName);
    await expect(run(applications, path, never)).rejects.toMatchObject({ code: 'guard_refused' });
    expect(await keysOf(userName)).toEqual([accessKeyId, other.accessKeyId].sort());
  });

  test('interrupted by its user before a target has it, the new key is gone', async () => {
    const applications = await Applications.start(account);
    const { userName, accessKeyId } = applications.leaked;
    const stopped = new AbortController();
    const clients = account.clients(responder);
    const targets = openTargets(applications.targets, clients, { delays });
    const journal = await openRotateJournal(journalPath(), () => new Date());
    const plan = await planRotation({ clients, keyId: accessKeyId, targets, entries: [], own: false });
    const onProgress = () => stopped.abort();
    const { signal } = stopped;
    await expect(rotate({ clients, signIn, plan, targets, journal, delays, signal, onProgress })).rejects.toMatchObject(
      { code: 'interrupted' },
    );
    expect(await keysOf(userName)).toEqual([accessKeyId]);
    await undoRotation({
      clients,
      journal,
      targets: openTargets(targetsOf(journal, accessKeyId), clients, { delays }),
      own: false,
    });
    await journal.close();
    expect(await applications.work()).toEqual(['allowed', 'allowed', 'allowed', 'allowed']);
  });
});
