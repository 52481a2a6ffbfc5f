import { openLog } from '../cli/log.js';
import { reporter, totals } from '../cli/report.js';
import { awsSettings, openFlaggedEnrichment, openFlaggedStore } from '../cli/settings.js';
import { KeytrailError } from '../errors.js';
import { logNames } from '../model/event.js';
import { endsWithinMs } from '../pipeline/follow.js';
import { followQueue } from '../pipeline/follow-queue.js';
import { emptySummary } from '../pipeline/summary.js';
import { openSource } from '../s3/source.js';
import { BatchQueue, type BatchResponse, type SqsEvent } from './batch.js';
import { lambdaContext } from './context.js';

/** What is used of the second argument of a handler. */
interface Invocation {
  getRemainingTimeInMillis(): number;
}

/** For the response to be on its way, and for the clock of a machine that is being frozen and thawed. */
const spareMs = 2000;

const context = lambdaContext();
const log = openLog('json', context);

/** What each invocation needs and none changes; opened by the first, kept for those after it. */
let kept: ReturnType<typeof open> | undefined;

async function open() {
  const { KEYTRAIL_SOURCE: from = '', KEYTRAIL_STORE: store = '' } = context.env;
  if (!from.startsWith('s3://'))
    throw new KeytrailError('usage', 'KEYTRAIL_SOURCE names no bucket', {
      hint: 'Set it to s3://BUCKET/PREFIX: what lies elsewhere is not read, whoever names it.',
    });
  if (!store.startsWith('opensearch:'))
    throw new KeytrailError('usage', 'KEYTRAIL_STORE names no OpenSearch store', {
      hint: 'Set it to opensearch:https://HOST. A function has no disk that lasts, so a DuckDB file is no store for it.',
    });
  const source = await openSource(from, awsSettings({}, context));
  const enrichment = await openFlaggedEnrichment(context, (note) => log.info('enrichment', { note }));
  return { source, enrichment };
}

/**
 * An AWS Lambda function that reads what the S3 notifications of an SQS batch name into OpenSearch. Settings are
 * environment variables: KEYTRAIL_SOURCE, and KEYTRAIL_STORE and its companions as for the command line. It answers
 * with the messages that are to come again (`ReportBatchItemFailures`): those that can't be read or understood, and,
 * shortly before the function's time is up, those that are not durable yet. Which objects were read is in the ledger,
 * so a message that comes again costs nothing.
 * @throws KeytrailError where the batch as a whole can't be worked on: all of it comes again then.
 */
export async function handler(event: SqsEvent, invocation: Invocation): Promise<BatchResponse> {
  const started = context.now().getTime();
  const queue = new BatchQueue(event, context.now());
  const deadline = new AbortController();
  const left = invocation.getRemainingTimeInMillis() - endsWithinMs - spareMs;
  if (left <= 0) deadline.abort();
  const timer = setTimeout(() => deadline.abort(), left);
  const summary = emptySummary();
  const { onObject, onMessage, onTrouble } = reporter(log, true, context.now);
  try {
    kept ??= open();
    const { source, enrichment } = await kept.catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    const counts = await followQueue({
      queue,
      source,
      enrichment,
      openStore: () => openFlaggedStore(undefined, context),
      logs: logNames,
      now: context.now,
      summary,
      drain: true,
      stop: deadline.signal,
      onProgress: () => undefined,
      onAlive: () => undefined,
      onObject,
      onMessage,
      onTrouble,
    });
    const seconds = (context.now().getTime() - started) / 1000;
    log.info('batch', { messages: event.Records.length, deleted: counts.deleted, ...totals(summary), seconds });
    return queue.response;
  } catch (error) {
    onTrouble(error, 0);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
