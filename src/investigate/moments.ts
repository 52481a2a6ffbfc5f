import { compareText } from '../model/cell.js';
import { isCreatedKey, issuedFrom } from './credentials.js';
import { clientsOf, count, numeral, plural, rowsOf, signsOf, text } from './findings.js';
import type { Investigation } from './investigation.js';

/** A point in the story that a reader should not have to search for. */
export interface Moment {
  time: string;
  kind: 'call' | 'client' | 'burst' | 'issued' | 'action';
  what: string;
  /** Key, address, caller: what the moment is about, as the logs write it. */
  subject: string;
}

/** The most of one kind; a deployment's daily sessions must not drown the rest. */
const mostOfAKind = 20;

/** First and last call, first call of each client, bursts of refusals, credentials issued, actions that the verdict names. */
export function momentsOf(investigation: Investigation): Moment[] {
  const calls = rowsOf(investigation, 'key-owner');
  const first = calls.map((row) => text(row, 'first_seen')).filter(Boolean);
  const last = calls.map((row) => text(row, 'last_seen')).filter(Boolean);
  const edge = (times: string[], what: string, at: 0 | -1): Moment[] => {
    const time = times.sort(compareText).at(at);
    return time === undefined ? [] : [{ time, kind: 'call', what, subject: '' }];
  };
  const moments: Moment[][] = [
    edge(first, 'First call in the evidence', 0),
    clientsOf(investigation).map(({ firstSeen, address, calls: made, failed }) => ({
      time: firstSeen ?? '',
      kind: 'client',
      what: `First call from this address (${plural(made, 'call')} in all, ${numeral(failed)} failed)`,
      subject: address,
    })),
    rowsOf(investigation, 'denied-burst').map((row) => ({
      time: text(row, 'first_seen'),
      kind: 'burst',
      what: `Burst of ${plural(count(row, 'refused'), 'refused call')}`,
      subject: text(row, 'arn'),
    })),
    // Keys that don't expire come first: a bound must not leave them out.
    issuedFrom(investigation.closure)
      .sort((a, b) => Number(isCreatedKey(b)) - Number(isCreatedKey(a)))
      .map((credential) => ({
        time: credential.issuedAt ?? '',
        kind: 'issued',
        what: isCreatedKey(credential)
          ? `CreateAccessKey made ${credential.accessKeyId}, which does not expire`
          : `${credential.eventName ?? 'An unknown action'} issued ${credential.accessKeyId}`,
        subject: credential.issuedArn ?? '',
      })),
    signsOf(investigation).map(({ firstSeen, service, action, calls: made, failed }) => ({
      time: firstSeen ?? '',
      kind: 'action',
      what: `${action}${made > 1 ? `, first of ${numeral(made)}` : ''}${failed === made ? ', refused or failed' : ''}`,
      subject: service,
    })),
    edge(last, 'Last call in the evidence', -1),
  ];
  return moments
    .flatMap((kind) => kind.slice(0, mostOfAKind))
    .map((moment, index) => ({ moment, index }))
    .sort((a, b) => compareText(a.moment.time, b.moment.time) || a.index - b.index)
    .map(({ moment }) => moment);
}
