import { code, plain } from '../markdown.js';
import { kinds, lanes } from '../render.js';
import type { HistoryMoment } from './history.js';
import type { IncidentReport, KnownTime, Minutes, Moment } from './model.js';
import { takenBackInWords } from './timeline.js';

const spelt: Readonly<Record<Exclude<HistoryMoment['event'], 'lifted'>, string>> = {
  done: 'done',
  'set-again': 'set again',
  undone: 'undone',
  failed: 'failed',
};

/** The report as Markdown that also reads well in a terminal. Text from AWS, the logs and the files is made harmless. */
export function renderReport(report: IncidentReport): string {
  const { owner, times, durations, evidence } = report;
  const session = owner.sessionName === null ? '' : `, session ${code(owner.sessionName)}`;
  const lines = [
    `# Incident report: ${code(report.keyId ?? owner.arn)}`,
    '',
    `- Owner: ${code(owner.arn)}, ${kinds[owner.kind]}${session}`,
    `- Account: ${code(owner.accountId)}`,
    `- Lane: ${lanes[report.lane]}`,
    `- Plan hash: ${report.planHash}`,
    `- Report made at ${report.madeAt}`,
    '',
    '## Summary',
    '',
    `- Began: ${timeText(times.began)}`,
    ...(times.firstSign === null ? [] : [`- First sign in the logs: ${times.firstSign.time}`]),
    `- Detected: ${timeText(times.detected)}${after(durations.beganToDetected, 'it began')}`,
    `- Contained: ${timeText(times.contained)}${after(durations.detectedToContained, 'detection')}${inPart(report)}`,
    `- Recovered: ${timeText(times.recovered)}${after(durations.containedToRecovered, 'containment')}`,
    `- The credential was of use after detection: ${useText(report)}`,
    `- Word of the logs: ${logsText(report)}`,
    ...(times.deleted === null ? [] : [`- The old key was deleted: ${times.deleted.time}`]),
    '',
    '## Timeline',
    '',
    ...report.timeline.map(momentLine),
    '',
    '## What was done, and by whom',
    '',
    ...orNone(
      report.doneBy.flatMap(({ caller, moments }) => [
        `- ${code(caller)}`,
        ...moments.map((moment) => `  - ${moment.time} ${plain(moment.title)}: ${doneText(moment)}`),
      ]),
    ),
    '',
    '## What was lifted, and by whom',
    '',
    ...orNone(liftedLines(report)),
    '',
    '## What is left',
    '',
    ...orNone(report.left.map((line) => `- ${plain(line)}`)),
    '',
    '## Evidence',
    '',
    evidence === null
      ? 'None is recorded in the journal.'
      : `- In ${code(evidence.place)}, sealed at ${evidence.sealedAt} by ${code(evidence.by)}\n- Manifest SHA-256: ${evidence.manifestSha256}`,
    '',
    '## Open questions',
    '',
    ...orNone(report.openQuestions.map((line) => `- ${plain(line)}`)),
  ];
  return `${lines.join('\n')}\n`;
}

const orNone = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? ['None.'] : lines);

const timeText = (known: KnownTime | null): string =>
  known === null ? 'not known' : `${known.time} (${plain(known.from)})`;

function after(minutes: Minutes, what: string): string {
  if (minutes === null) return '';
  return `, ${durationText(minutes)} ${minutes < 0 ? 'before' : 'after'} ${what}`;
}

/** `2 h 5 min`; without its sign. */
function durationText(minutes: number): string {
  const whole = Math.abs(minutes);
  if (whole < 1) return 'less than a minute';
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  return [...(hours === 0 ? [] : [`${hours} h`]), ...(rest === 0 ? [] : [`${rest} min`])].join(' ');
}

function inPart({ complete, times, actions }: IncidentReport): string {
  if (complete || times.contained === null) return '';
  const open = actions.filter(({ firstDone }) => firstDone === null).length;
  return `; in part: ${open} of ${actions.length} actions were never done`;
}

function useText({ durations, times }: IncidentReport): string {
  const { ofUseAfterDetection } = durations;
  if (times.denied === null || ofUseAfterDetection === null) return 'not known';
  if (ofUseAfterDetection < 0) return `not at all: it was denied at ${times.denied.time}, before`;
  return `${durationText(ofUseAfterDetection)}, until it was denied at ${times.denied.time}; what it had issued, until ${times.contained?.time ?? 'an unknown time'}`;
}

function logsText({ callsSince, times }: IncidentReport): string {
  if (callsSince === null) return 'not asked';
  const { successes, refused } = callsSince;
  if (successes > 0)
    return `**NOT CONTAINED**: ${successes} calls succeeded since containment, ${refused} were refused`;
  if (times.verified === null) return `no call succeeded since containment, ${refused} were refused; too early to say`;
  return `no call succeeded since containment up to ${times.verified.time}, ${refused} were refused`;
}

const momentLine = ({ time, phase, what, by }: Moment): string =>
  `- ${time} [${phase}] ${plain(what)}${by === null ? '' : `, by ${code(by)}`}`;

function doneText({ event, detail }: HistoryMoment): string {
  if (event === 'lifted') return 'found lifted';
  return `${spelt[event]}${event === 'failed' && detail !== '' ? ` (${plain(detail)})` : ''}`;
}

function liftedLines({ actions, takenBack }: IncidentReport): string[] {
  const lifted = actions.filter(({ lifts }) => lifts > 0);
  return [
    ...lifted.map(({ title, lifts, standing }) => {
      const since = standing === 'lifted' ? ', and not set again' : '';
      return `- ${plain(title)}: found lifted ${lifts === 1 ? 'once' : `${lifts} times`}${since}`;
    }),
    ...takenBack.map(
      (call) =>
        `- By the logs, at ${call.time}: ${plain(takenBackInWords(call))}${call.by === null ? '' : `, by ${code(call.by)}`}`,
    ),
    ...(lifted.length > 0 && takenBack.length === 0
      ? ['- By whom is not known: the logs that were asked hold no such call.']
      : []),
  ];
}
