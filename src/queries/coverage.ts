import { contractOf } from '../model/contract.js';
import { type LogName, logNames } from '../model/event.js';
import type { Coverage, LogCoverage, Scope } from '../model/question.js';
import type { Engine } from '../stores/store.js';

const plural = (count: number, noun: string) => `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

function where(scope: Scope): string {
  const parts = [
    scope.accounts.length > 0 ? `account ${scope.accounts.join(', ')}` : '',
    scope.regions.length > 0 ? `Region ${scope.regions.join(', ')}` : '',
    scope.from > '0001-01-02' || scope.to < '9999' ? `${scope.from} to ${scope.to}` : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? ` for ${parts.join(', ')}` : '';
}

function gapsOf(log: LogName, found: LogCoverage | undefined, scope: Scope): string[] {
  const { title } = contractOf(log);
  if (!found || found.firstEvent === null)
    return [`No ${title} were ingested${where(scope)}.`.replace('CloudTrail were', 'CloudTrail logs were')];
  const gaps: string[] = [];
  const { objects, records } = found;
  if (objects.failed > 0)
    gaps.push(`${plural(objects.failed, `${title} object`)} could not be read to the end: records may be missing.`);
  if (objects.unfinished > 0)
    gaps.push(`${plural(objects.unfinished, `${title} object`)} begun and not finished: run the same ingest again.`);
  if (records.deadLettered > 0)
    gaps.push(`${plural(records.deadLettered, `${title} record`)} in the dead letters, in no answer.`);
  if (scope.from > '0001-01-02' && scope.from < found.firstEvent)
    gaps.push(`The first ${title} event ingested is of ${found.firstEvent}, the question begins at ${scope.from}.`);
  if (scope.to < '9999' && scope.to > found.lastEvent!)
    gaps.push(`The last ${title} event ingested is of ${found.lastEvent}, the question ends at ${scope.to}.`);
  if (log === 'cloudtrail' && found.dataEvents === 0)
    gaps.push('No CloudTrail data event was ingested: reads and writes of S3 objects and the like are not visible.');
  if (log === 'vpcflow' && found.skipData > 0)
    gaps.push(`${plural(found.skipData, 'flow record')} with SKIPDATA: flows were lost before they were logged.`);
  return gaps;
}

/** A sieve's store answers questions about its keys; what it says of anything else is not to be relied on. */
function sieved(found: readonly LogCoverage[]): string[] {
  const keys = [...new Set(found.flatMap(({ sieve }) => sieve ?? []))].sort();
  if (keys.length === 0) return [];
  const their = keys.length === 1 ? 'it' : 'them';
  return [
    `This store is a sieve's: it holds only records that name ${keys.join(', ')} and the keys issued from ${their}.`,
  ];
}

/** What the store holds of these logs in a scope, and what it lacks, in sentences. */
export async function coverageOf(engine: Engine, scope: Scope, logs: readonly LogName[] = logNames): Promise<Coverage> {
  const all = await engine.coverage(scope);
  if (all === null)
    return {
      logs: [],
      missing: [
        `${engine.uri} reads the log files where they lie and keeps no ledger: what is missing there is unknown.`,
      ],
    };
  return {
    logs: all.filter(({ log }) => logs.includes(log)),
    missing: [
      ...sieved(all),
      ...logs.flatMap((log) =>
        gapsOf(
          log,
          all.find((found) => found.log === log),
          scope,
        ),
      ),
    ],
  };
}
