import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type JournalRecord, openJournal } from '../../src/contain/journal.js';

const plan = { planHash: 'a'.repeat(64) };
const record = (event: JournalRecord['event']): JournalRecord => ({
  phase: 'apply',
  event,
  action: 'attach-deny',
  prior: { 'attached policy x': null },
  goal: { 'attached policy x': 'attached' },
  detail: 'iam:AttachUserPolicy',
  caller: 'arn:aws:iam::111122223333:user/ada',
  time: '2024-06-01T12:00:00.000Z',
});

describe('the journal', () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keytrail-journal-'));
    path = join(directory, 'plan.json.journal.jsonl');
  });
  afterEach(() => rm(directory, { recursive: true }));

  const write = async (...events: JournalRecord['event'][]) => {
    const journal = await openJournal(path, plan);
    for (const event of events) await journal.append(record(event));
    await journal.close();
  };
  const events = async () => {
    const journal = await openJournal(path, plan);
    await journal.close();
    return journal.entries.map(({ event }) => event);
  };
  const invalid = expect.objectContaining({ code: 'plan_invalid', hint: expect.any(String) });

  it('goes on where it stopped, a line an entry, for the owner alone to read', async () => {
    await write('intent');
    await write('done');
    expect(await events()).toEqual(['intent', 'done']);
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('drops a last line that was cut short anywhere, and writes on behind the whole ones', async () => {
    await write('intent');
    const whole = (await stat(path)).size;
    await write('done');
    const both = await readFile(path);
    for (const size of [whole + 1, whole + 40, both.length - 1]) {
      await writeFile(path, both);
      await truncate(path, size);
      expect(await events()).toEqual(['intent']);
      await write('failed');
      expect(await events()).toEqual(['intent', 'failed']);
    }
  });

  it('is refused with a line edited, left out, added, or of another plan', async () => {
    await write('intent', 'done', 'intent');
    const text = await readFile(path, 'utf8');
    const lines = text.split('\n');
    const broken = [
      text.replace('attach-deny', 'attach-nothing'),
      [lines[0], lines[2], ''].join('\n'),
      [lines[1], lines[2], ''].join('\n'),
      [lines[0], lines[0], ''].join('\n'),
      `${text}not JSON\n`,
      `${text}null\n`,
    ];
    for (const content of broken) {
      await writeFile(path, content);
      await expect(openJournal(path, plan)).rejects.toThrow(invalid);
    }
    await writeFile(path, text);
    await expect(openJournal(path, { planHash: 'b'.repeat(64) })).rejects.toThrow(/belongs to another plan/);
    expect(await events()).toEqual(['intent', 'done', 'intent']);
  });

  it('stops when another command writes to it', async () => {
    const journal = await openJournal(path, plan);
    await journal.append(record('intent'));
    await appendFile(path, '{"someone":"else"}\n');
    await expect(journal.append(record('done'))).rejects.toMatchObject({ code: 'interrupted' });
    await journal.close();
  });

  it('is refused where it cannot be written', async () => {
    await expect(openJournal(join(directory, 'none', 'journal'), plan)).rejects.toThrow(invalid);
  });
});
