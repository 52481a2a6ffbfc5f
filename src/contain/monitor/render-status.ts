import { printable } from '../../model/printable.js';
import type { CallSince, Outcome } from './calls-since.js';
import type { AppHealth } from './health.js';
import type { ClientSilence } from './silence.js';
import type { Status } from './status.js';

const outcomes: Readonly<Record<Outcome, string>> = {
  succeeded: 'SUCCEEDED',
  spreading: 'succeeded within minutes of the change, or before the step that ended it',
  unstoppable: 'succeeded: no policy denies it to an active key or session',
  refused: 'refused',
  failed: 'failed for another reason: the credential may still be accepted',
};

const states: Readonly<Record<ClientSilence['state'], string>> = {
  calling: 'STILL CALLS',
  gone: 'gone',
  pausing: 'its usual pause may not be over',
  unknown: 'not known',
};

const verdicts: Readonly<Record<Status['verdict'], string>> = {
  breached: 'NOT CONTAINED: calls succeeded since the containment',
  attention: 'needs attention',
  quiet: 'quiet: no call since the containment',
};

const shownLength = 120;
const plain = (text: string | null, none = 'unnamed'): string => printable(text ?? none, shownLength);

function section(title: string, lines: readonly string[], none: string): string[] {
  return ['', title, ...(lines.length === 0 ? [none] : lines).map((line) => `  ${line}`)];
}

/** A status for people; text from the logs is made harmless. */
export function renderStatus(status: Status): string {
  const { keyId, containment, verdict, successes, stragglers, clients, apps, alarms, gaps } = status;
  const { deniedAt, deactivatedAt, from } = containment;
  const lag = status.logsLagMinutes === null ? '' : `, ${ageText(status.logsLagMinutes)} ago`;
  const lines = [
    `${keyId}: ${verdicts[verdict]}`,
    `Denied at ${deniedAt}${from === 'given' ? ' (as given)' : ''}; ${deactivatedAt === null ? 'when it was deactivated is not known' : `deactivated at ${deactivatedAt}`}.`,
    `The logs reach to ${status.logsReachTo ?? 'an unknown time'}${lag}.`,
    ...section('Succeeded since', successes.map(callLine), 'None.'),
    ...section('Other calls since', stragglers.map(callLine), 'None.'),
    ...section('Clients from before', clients.map(clientLine), 'None was seen.'),
    ...(apps.length === 0 ? [] : section('Applications, against the week before', apps.flatMap(appLines), '')),
    ...(alarms === null
      ? []
      : section(
          'Alarms',
          alarms.map(({ name, state }) => `${name}: ${state ?? 'absent'}`),
          '',
        )),
    ...(gaps.length === 0
      ? []
      : section(
          'Not known',
          gaps.map((gap) => plain(gap)),
          '',
        )),
  ];
  return `${lines.join('\n')}\n`;
}

const ageText = (minutes: number): string =>
  minutes < 120
    ? `${minutes} min`
    : minutes < 2880
      ? `${Math.floor(minutes / 60)} h`
      : `${Math.floor(minutes / 1440)} days`;

function callLine(call: CallSince): string {
  const { access_key_id, source_ip, user_agent, event_source, event_name, error_code, events } = call;
  const action = `${plain(event_source.replace(/\.amazonaws\.com$/, ''))}:${plain(event_name)}`;
  const error = error_code === null ? '' : ` (${plain(error_code)})`;
  const span = call.first_seen === call.last_seen ? call.last_seen : `${call.first_seen} to ${call.last_seen}`;
  return `${plain(source_ip)} ${plain(user_agent)} with ${plain(access_key_id)}: ${action} ${events}×, ${span}, ${outcomes[call.outcome]}${error}`;
}

function clientLine({
  sourceIp,
  userAgent,
  events,
  lastSeen,
  cadenceHours,
  silentHours,
  state,
}: ClientSilence): string {
  const cadence = cadenceHours === null ? 'seen in one hour only' : `as a rule every ${cadenceHours} h`;
  const silent = silentHours === null ? '' : `, silent for ${silentHours} h`;
  return `${states[state]}: ${plain(sourceIp)} ${plain(userAgent)}, ${events} calls before, ${cadence}, last ${lastSeen}${silent}`;
}

function appLines({ app, metric, state, hours, worse }: AppHealth): string[] {
  const words = {
    ok: `no more ${metric} than usual`,
    worse: `MORE ${metric} than twice the usual`,
    silent: 'SILENT: it worked at these hours of the week before',
    unknown: 'no metrics',
  };
  return [
    `${plain(app)}: ${words[state]} (${hours} h)`,
    ...worse.map(({ hour, errors, limit }) => `  ${hour}: ${errors}, at most ${limit}`),
  ];
}
