import type { ObjectRef } from '../model/object.js';
import { classify } from '../s3/layout.js';
import type { ObjectSource } from '../s3/source.js';
import type { Judged } from './authenticate.js';
import { contentOf } from './content.js';
import type { DigestName } from './name.js';
import { inParallel } from './parallel.js';
import type { Place } from './place.js';
import { type FindingKind, type LogCounts, type Remark, remark } from './report.js';
import type { Uncovered } from './uncovered.js';

/** What one digest says of a log file. */
interface Claim {
  hash: string;
  by: Judged;
}

/** A log file that digests name. */
interface NamedFile {
  /** As the digest names it: `s3://bucket/key`. */
  uri: string;
  claims: Claim[];
  /** In a copy: the log file was not in its digest's bucket, so that the copy may well lack it. */
  foreign: boolean;
  seen: boolean;
}

/** Objects that are read at once: S3 takes longer to answer than the hashing does. */
const width = 8;

/** Compares the log files of a source with what digests say of them. Keeps a few hundred bytes for each one named. */
export class LogFiles {
  readonly counts: LogCounts = {
    valid: 0,
    altered: 0,
    deleted: 0,
    unverified: 0,
    unreadable: 0,
    elsewhere: 0,
    uncovered: 0,
    pending: 0,
  };
  readonly findings: Remark<FindingKind>[] = [];
  private readonly named = new Map<string, NamedFile>();

  constructor(
    private readonly source: ObjectSource,
    private readonly place: Place,
  ) {}

  /** Takes down what a digest names, also an invalid one: what it says is weighed later. */
  expect(by: Judged): void {
    const { file, name } = by.digest;
    for (const { bucket, key, hash } of file?.logs ?? []) {
      const uri = `s3://${bucket}/${key}`;
      const found = this.place.locate(bucket, key);
      if (found.id === null) {
        this.report('elsewhere', 'log-elsewhere', name, `it is ${found.why}, not checked`, uri, by);
        continue;
      }
      const known = this.named.get(found.id);
      if (known !== undefined) known.claims.push({ hash, by });
      else {
        const foreign = bucket !== file?.bucket;
        this.named.set(found.id, { uri, claims: [{ hash, by }], foreign, seen: false });
      }
    }
  }

  /** Lists the source again and reads every log file that was named; hands the others to `uncovered`. */
  async compare(uncovered: Uncovered, signal: AbortSignal | undefined): Promise<void> {
    await inParallel(this.namedObjects(uncovered), width, ({ object, file }) => this.check(object, file, signal));
    for (const file of this.named.values()) if (!file.seen) this.absent(file);
  }

  private async *namedObjects(uncovered: Uncovered): AsyncIterable<{ object: ObjectRef; file: NamedFile }> {
    for await (const page of this.source.list()) {
      for (const object of page) {
        const file = this.named.get(this.place.idOf(object.key));
        if (file !== undefined) {
          file.seen = true;
          yield { object, file };
          continue;
        }
        const found = classify(object.key);
        if (found.kind === 'log' && found.origin.log === 'cloudtrail') uncovered.add(object.key, found.origin);
      }
    }
  }

  private async check(object: ObjectRef, file: NamedFile, signal: AbortSignal | undefined): Promise<void> {
    const { claims, vouched, by, doubt } = weigh(file);
    const { name } = by.digest;
    const shown = this.place.show(object.key);
    const content = await contentOf(this.source, object, signal);
    if (content.state === 'gone') {
      this.report('deleted', 'log-deleted', name, `it was deleted while it was to be read${doubt}`, shown, by);
    } else if (content.state === 'unreadable') {
      this.report('unreadable', 'log-unreadable', name, content.reason, shown, by);
    } else if (content.state === 'damaged') {
      this.report('altered', 'log-altered', name, `its content is damaged: ${content.reason}${doubt}`, shown, by);
    } else {
      const other = claims.find(({ hash }) => hash !== content.hash);
      if (other === undefined) this.counts[vouched ? 'valid' : 'unverified'] += 1;
      else {
        const detail = `the SHA-256 of its content is ${content.hash}, its digest says ${other.hash}${doubt}`;
        this.report('altered', 'log-altered', name, detail, shown, other.by);
      }
    }
  }

  private absent(file: NamedFile): void {
    const { by, doubt } = weigh(file);
    if (file.foreign) {
      this.report('elsewhere', 'log-elsewhere', by.digest.name, 'it is in another bucket, not checked', file.uri, by);
      return;
    }
    const detail = this.place.copy ? 'it was deleted, or never copied' : 'it was deleted';
    this.report('deleted', 'log-deleted', by.digest.name, `${detail}: its digest names it${doubt}`, file.uri, by);
  }

  private report(
    count: keyof LogCounts,
    kind: FindingKind,
    name: DigestName,
    detail: string,
    object: string,
    { digest }: Judged,
  ): void {
    this.counts[count] += 1;
    const { start: from, end: to } = digest.file ?? { start: null, end: null };
    const about = { object, digest: this.place.show(digest.object.key), from, to };
    this.findings.push(remark(kind, name, detail, about));
  }
}

/** Of several digests the valid ones count; without any, the others are all that there is. */
function weigh({ claims }: NamedFile): { claims: Claim[]; vouched: boolean; by: Judged; doubt: string } {
  const valid = claims.filter(({ by }) => by.verdict.state === 'valid');
  const vouched = valid.length > 0;
  const heard = vouched ? valid : claims;
  const { by } = heard[0]!;
  const doubt = vouched ? '' : ` (the digest is itself ${by.verdict.state})`;
  return { claims: heard, vouched, by, doubt };
}
