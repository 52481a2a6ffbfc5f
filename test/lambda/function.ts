import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { BatchResponse, SqsEvent } from '../../src/lambda/batch.js';
import type { TrailQueue } from '../pipeline/trail-queue.js';

/** The function's code as it is deployed, where a process without rights can read and not write it. */
export function buildFunction(): { code: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'keytrail-lambda-'));
  const code = join(folder, 'code');
  execFileSync(process.execPath, ['scripts/lambda.mjs', code], { stdio: 'pipe' });
  cpSync(resolve('test/lambda/runtime.mjs'), join(folder, 'runtime.mjs'));
  execFileSync('chmod', ['-R', 'a+rX,a-w', folder]);
  return {
    code,
    remove(): void {
      execFileSync('chmod', ['-R', 'u+w', folder]);
      chmodSync(folder, 0o700);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Nobody. */
const unprivileged = 65_534;

/** One instance of the function, cold until it is first invoked. */
export function startFunction(code: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [join(code, '..', 'runtime.mjs'), join(code, 'dist/lambda/handler.js')], {
    cwd: code,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', AWS_REGION: 'us-east-1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Root writes where it may not.
    ...(process.getuid?.() === 0 ? { uid: unprivileged, gid: unprivileged } : {}),
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  return {
    /** What it logged, a record a line. */
    log: () => said,
    async invoke(event: unknown, remainingMs = 60_000): Promise<{ response: BatchResponse } | { error: string }> {
      child.stdin.write(`${JSON.stringify({ event, remainingMs })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`the function ended: ${said}`);
      return JSON.parse(value);
    },
    stop(): void {
      child.stdin.end();
    },
  };
}

/** Up to ten messages of the queue, as Lambda receives and hands them on. */
export async function batchOf({ sqs, queue }: TrailQueue): Promise<SqsEvent> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return {
    Records: Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
      messageId: MessageId!,
      receiptHandle: ReceiptHandle!,
      body: Body!,
      attributes: Attributes as Record<string, string>,
    })),
  };
}
