import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Bucket, contentOf, edit, hour, type SigningKey, start, Trail } from './trail.js';

/** What an intruder, or AWS itself, does to a bucket, and what must be found. */
export interface Tampering {
  what: string;
  /**
   * `findings`: kind and file, in any order; the file as its key, or `from..to` of a gap in hours since the start.
   * `unsigned`: the digest whose only signature a copy loses by it.
   */
  prepare(
    bucket: Bucket,
    key: SigningKey,
    name: string,
  ): { findings: [kind: string, what: string | null][]; notes?: string[]; unsigned?: string };
}

const five = (bucket: Bucket, key: SigningKey, name: string): Trail =>
  new Trail(bucket, key, { bucket: name }).hours(5);

export const tamperings: Tampering[] = [
  {
    what: 'nothing',
    prepare(bucket, key, name) {
      five(bucket, key, name);
      return { findings: [] };
    },
  },
  {
    what: 'a log file is edited',
    prepare(bucket, key, name) {
      const log = five(bucket, key, name).logs[2]![1]!;
      edit(bucket, log, (content) => content.replace('ListBuckets', 'ListObjects'));
      return { findings: [['log-altered', log]] };
    },
  },
  {
    what: 'records are appended to a log file, as a gzip member of their own',
    prepare(bucket, key, name) {
      const log = five(bucket, key, name).logs[0]![0]!;
      bucket.get(log)!.bytes = Buffer.concat([bucket.get(log)!.bytes, gzipSync('{"Records":[]}')]);
      return { findings: [['log-altered', log]] };
    },
  },
  {
    what: 'a log file is cut short',
    prepare(bucket, key, name) {
      const log = five(bucket, key, name).logs[0]![0]!;
      bucket.get(log)!.bytes = bucket.get(log)!.bytes.subarray(0, 60);
      return { findings: [['log-altered', log]] };
    },
  },
  {
    what: 'log files are deleted, the last one among them',
    prepare(bucket, key, name) {
      const { logs } = five(bucket, key, name);
      const gone = [logs[1]![0]!, logs[3]![1]!, logs[4]![1]!];
      for (const log of gone) bucket.delete(log);
      return { findings: gone.map((log) => ['log-deleted', log]) };
    },
  },
  {
    what: 'a log file is edited, and its digest to fit it',
    prepare(bucket, key, name) {
      const trail = five(bucket, key, name);
      const [log] = trail.logs[2]!;
      const other = new Map(bucket);
      edit(bucket, log!, (content) => content.replace('ListBuckets', 'ListObjects'));
      const forged = new Map(bucket);
      const digest = trail.digests[2]!;
      edit(bucket, digest, (content) => content.replace(hashOf(other, log!), hashOf(forged, log!)));
      return { findings: [['digest-invalid', digest]] };
    },
  },
  {
    what: 'a log file and its line in the digest are removed',
    prepare(bucket, key, name) {
      const trail = five(bucket, key, name);
      const digest = trail.digests[1]!;
      bucket.delete(trail.logs[1]![0]!);
      edit(bucket, digest, (content) => {
        const fields = JSON.parse(content) as { logFiles: unknown[] };
        return JSON.stringify({ ...fields, logFiles: fields.logFiles.slice(1) });
      });
      return { findings: [['digest-invalid', digest]] };
    },
  },
  {
    what: 'a digest is deleted',
    prepare(bucket, key, name) {
      const { digests, logs } = five(bucket, key, name);
      bucket.delete(digests[2]!);
      return {
        findings: [['digest-missing', digests[2]!], ...logs[2]!.map((log): [string, string] => ['log-uncovered', log])],
        unsigned: digests[1]!,
      };
    },
  },
  {
    what: 'two digests in a row are deleted with their log files',
    prepare(bucket, key, name) {
      const { digests, logs } = five(bucket, key, name);
      for (const gone of [...digests.slice(1, 3), ...logs[1]!, ...logs[2]!]) bucket.delete(gone);
      return { findings: [['digest-missing', digests[2]!]], unsigned: digests[0]! };
    },
  },
  {
    what: 'the trail is stopped for three hours and started again',
    prepare(bucket, key, name) {
      const { digests } = new Trail(bucket, key, { bucket: name }).hours(3).restart(3).hours(2);
      return { findings: [['gap', '3..6']], notes: ['chain-start'], unsigned: digests[2]! };
    },
  },
  {
    what: 'late log files have backfill digests',
    prepare(bucket, key, name) {
      five(bucket, key, name).backfill(1).backfill(3);
      return { findings: [] };
    },
  },
  {
    what: 'a backfill digest and the log file of the next are deleted',
    prepare(bucket, key, name) {
      const trail = five(bucket, key, name);
      const before = new Set(bucket.keys());
      trail.backfill(1).backfill(3).backfill(4);
      const late = [...bucket.keys()].filter((name) => !before.has(name) && !name.includes('Digest'));
      bucket.delete(trail.backfills[1]!);
      bucket.delete(late[2]!);
      bucket.delete(late[1]!);
      return {
        findings: [
          ['digest-missing', trail.backfills[1]!],
          ['log-deleted', late[2]!],
        ],
        unsigned: trail.backfills[0]!,
      };
    },
  },
  {
    what: 'a log file is put among the others',
    prepare(bucket, key, name) {
      const log = five(bucket, key, name).log(start + 1.5 * hour);
      return { findings: [['log-uncovered', log]] };
    },
  },
  {
    what: 'the log files of the hour under way have no digest yet',
    prepare(bucket, key, name) {
      five(bucket, key, name).log(start + 5.2 * hour);
      return { findings: [], notes: ['log-pending'] };
    },
  },
  {
    what: 'a digest is put in the place of another',
    prepare(bucket, key, name) {
      const { digests, logs } = five(bucket, key, name);
      bucket.set(digests[3]!, bucket.get(digests[1]!)!);
      return {
        findings: [['digest-invalid', digests[3]!], ...logs[3]!.map((log): [string, string] => ['log-uncovered', log])],
        unsigned: digests[2]!,
      };
    },
  },
];

function hashOf(bucket: Bucket, key: string): string {
  return createHash('sha256').update(contentOf(bucket, key)).digest('hex');
}
