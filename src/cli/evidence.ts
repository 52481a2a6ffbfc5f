import type { ObjectLock } from '../contain/evidence/bucket.js';
import type { CollectResult } from '../contain/evidence/collect.js';
import type { EvidenceSink } from '../contain/evidence/sink.js';
import { KeytrailError } from '../errors.js';
import type { Context } from './context.js';
import { openEvidenceAnswers } from './evidence-answers.js';
import type { ScanFlags } from './question-flags.js';
import type { Responder } from './responder.js';

export interface LockFlags {
  /** Days. */
  objectLock?: number;
  objectLockMode?: 'governance' | 'compliance';
}

const dayMs = 86_400_000;

/** A folder, or `s3://BUCKET/PREFIX`; refused where evidence can't be written, before anything is collected. */
export async function openSink(out: string, flags: LockFlags, responder: Responder, context: Context) {
  const { objectLock: days, objectLockMode = 'governance' } = flags;
  if (!out.startsWith('s3://')) {
    if (days !== undefined)
      throw new KeytrailError('usage', '--object-lock is for a bucket', { hint: 'Give --out s3://BUCKET/PREFIX.' });
    const { directorySink } = await import('../contain/evidence/directory.js');
    return directorySink(out);
  }
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*?)\/*$/.exec(out) ?? [];
  if (bucket === undefined || prefix === '')
    throw new KeytrailError('usage', `${JSON.stringify(out)} names no bucket and prefix`, {
      hint: 'Give --out s3://BUCKET/PREFIX, a prefix that is not used yet.',
    });
  const lock: ObjectLock | null =
    days === undefined
      ? null
      : {
          mode: objectLockMode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
          until: new Date(context.now().getTime() + days * dayMs),
        };
  const [{ S3Client }, { bucketSink }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('../contain/evidence/bucket.js'),
  ]);
  const { config } = responder;
  // Other servers than AWS seldom have a host name for each bucket.
  const s3 = new S3Client({ ...config, followRegionRedirects: true, forcePathStyle: config.endpoint !== undefined });
  return bucketSink({ s3, bucket, prefix, lock });
}

/** Collects of a key or a principal, with the logs' answers where a store was named. */
export async function collectInto(
  sink: EvidenceSink,
  about: { keyId: string | null; principal: string | null },
  flags: ScanFlags,
  responder: Responder,
  context: Context,
): Promise<CollectResult> {
  const { collectEvidence } = await import('../contain/evidence/collect.js');
  const withLogs = flags.store !== undefined || Boolean(context.env.KEYTRAIL_STORE);
  const { keyId } = about;
  const answers = withLogs && keyId !== null ? await openEvidenceAnswers(keyId, flags, context) : null;
  try {
    return await collectEvidence({
      clients: responder.clients,
      ...about,
      answers,
      sink,
      version: context.version,
      now: context.now,
      signal: context.signal,
      onProgress: (piece, outcome) => {
        const line = `${outcome.padEnd(9)} ${piece}`;
        context.note(context.interactive ? `\r\u001b[K${line}` : `${line}\n`);
      },
    });
  } finally {
    if (context.interactive) context.note('\r\u001b[K');
    await answers?.close();
  }
}
