import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parsers } from '../src/logs/parser.js';
import { contractOf } from '../src/model/contract.js';
import { isRejected, type LogName, logNames } from '../src/model/event.js';
import { documentMapper } from '../src/stores/opensearch/document.js';

const samples: Record<LogName, string[]> = {
  cloudtrail: ['records.json'],
  vpcflow: ['flows.log', 'transit-gateway.log', 'version-11.log'],
  config: ['history.json'],
  guardduty: ['findings.jsonl'],
};

/** `ingest/<log>/samples/`: raw files, and beside them the documents expected of them, by id. */
describe('the samples become the documents beside them', () => {
  test.for(logNames)('%s', async (log) => {
    const folder = `ingest/${log}/samples`;
    const map = documentMapper(contractOf(log));
    const documents: Record<string, unknown> = {};
    for (const file of samples[log]) {
      const raw = await readFile(`${folder}/${file}`);
      const origin = { log, account: '111122223333', region: 'us-east-1', day: '2026-03-02', path: `AWSLogs/${file}` };
      for await (const batch of parsers[log].parse(only(raw), origin))
        for (const parsed of batch) {
          if (isRejected(parsed)) throw new Error(parsed.reason);
          documents[parsed.id] = map(parsed);
        }
    }
    await expect(`${JSON.stringify(documents, null, 2)}\n`).toMatchFileSnapshot(`../${folder}/documents.json`);
  });
});

async function* only(bytes: Buffer): AsyncIterable<Buffer> {
  yield bytes;
}
