import { describe, expect, test } from 'vitest';
import { hashOf } from '../../src/contain/canonical.js';
import type { JournalEntry, JournalRecord } from '../../src/contain/journal.js';
import type { Plan } from '../../src/contain/plan.js';
import type { ReportInputs } from '../../src/contain/report/model.js';
import { renderReport } from '../../src/contain/report/render.js';
import { reportOf } from '../../src/contain/report/report.js';
import type { RotateEntry } from '../../src/contain/rotate/journal.js';
import type { IncidentLog } from '../../src/model/incident.js';
import { keyId, planOf, someState } from './state.js';

const ada = 'arn:aws:iam::111122223333:user/ada';
const bob = 'arn:aws:iam::111122223333:user/bob';
const deny = 'attach-deny:ci';
const key = `deactivate-key:${keyId}`;
const at = (time: string): string => `2024-06-01T${time}:00.000Z`;

/** The plan is made at noon, of an incident since half past nine. */
const plan = planOf(someState(), { since: at('09:30') });

/** `12:05 ada apply done attach-deny:ci read back` */
function journalOf(of: Plan, ...lines: string[]): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (const line of lines) {
    const [time = '', who, phase, event, action = '', ...detail] = line.split(' ');
    const record: JournalRecord = {
      phase: phase as JournalRecord['phase'],
      event: event as JournalRecord['event'],
      action,
      prior: {},
      goal: {},
      detail: detail.join(' '),
      caller: who === 'ada' ? ada : bob,
      time: at(time),
    };
    const unhashed = { seq: entries.length, prev: entries.at(-1)?.hash ?? of.planHash, ...record };
    entries.push({ ...unhashed, hash: hashOf(unhashed) });
  }
  return entries;
}

const seal = 'a'.repeat(64);
const wholeLane = [
  `12:04 ada apply done evidence manifest ${seal} in plan.json.evidence`,
  `12:05 ada apply intent ${deny} iam:AttachUserPolicy`,
  `12:06 ada apply done ${deny} read back`,
  `12:06 ada apply intent ${key} iam:UpdateAccessKey`,
  `12:10 ada apply done ${key} read back`,
];

const someLogs = (changes: Partial<IncidentLog> = {}): IncidentLog => ({
  firstSign: at('09:40'),
  reachTo: at('20:00'),
  alerts: [],
  takenBack: [],
  callsSince: { successes: 0, refused: 4 },
  gaps: [],
  ...changes,
});

const report = (changes: Partial<ReportInputs> = {}) =>
  reportOf({
    plan,
    entries: journalOf(plan, ...wholeLane),
    logs: someLogs(),
    rotation: null,
    deletion: null,
    detected: null,
    recovered: null,
    now: new Date(at('21:00')),
    ...changes,
  });

describe('times and durations', () => {
  test('began by the plan, contained by the last action, recovered as said', () => {
    const made = report({ detected: at('11:00'), recovered: at('13:10') });
    expect(made.times).toMatchObject({
      began: { time: at('09:30'), from: 'by the plan' },
      firstSign: { time: at('09:40') },
      detected: { time: at('11:00'), from: 'as given' },
      planned: { time: at('12:00') },
      evidence: { time: at('12:04') },
      denied: { time: at('12:06') },
      contained: { time: at('12:10') },
      verified: { time: at('20:00') },
      recovered: { time: at('13:10') },
      deleted: null,
    });
    expect(made.durations).toEqual({
      beganToDetected: 90,
      detectedToContained: 70,
      containedToRecovered: 60,
      ofUseAfterDetection: 66,
    });
    const text = renderReport(made);
    expect(text).toContain(`- Detected: ${at('11:00')} (as given), 1 h 30 min after it began`);
    expect(text).toContain(`- Recovered: ${at('13:10')} (as given), 1 h after containment`);
    expect(text).toContain('of use after detection: 1 h 6 min, until it was denied');
  });

  test('detected by the first alert after it began; not by what came before, nor by the work of the plan', () => {
    const alerts: IncidentLog['alerts'] = [
      { source: 'guardduty', time: at('08:00'), what: 'Recon:IAMUser/UserPermissions' },
      { source: 'quarantine', time: at('10:30'), what: 'ci' },
      { source: 'denied-burst', time: at('10:45'), what: '29' },
      { source: 'denied-burst', time: at('12:20'), what: '400' },
    ];
    const { times, timeline, openQuestions } = report({ logs: someLogs({ alerts }) });
    expect(times.detected).toEqual({ time: at('10:30'), from: 'AWS put ci in quarantine' });
    expect(timeline.filter(({ what }) => what.includes('refused calls')).map(({ time }) => time)).toEqual([
      at('10:45'),
    ]);
    expect(openQuestions).toContain(
      `Before the incident is said to have begun, at ${at('08:00')}, GuardDuty found Recon:IAMUser/UserPermissions: did it begin earlier?`,
    );
    expect(openQuestions.join()).toContain('say it with --detected');
  });

  test('without logs, it was detected at the latest when the plan was made, and the report says what is not known', () => {
    const unknown = planOf(someState());
    const made = report({ plan: unknown, entries: journalOf(unknown, ...wholeLane), logs: null });
    expect(made.times).toMatchObject({ began: null, firstSign: null, verified: null, detected: { time: at('12:00') } });
    expect(made.durations).toMatchObject({ beganToDetected: null, detectedToContained: 10 });
    expect(made.openQuestions).toEqual(
      expect.arrayContaining([
        'When the incident began is not known.',
        'No store was named: signs of abuse, alerts, and calls since containment are not known.',
      ]),
    );
    expect(renderReport(made)).toContain('- Word of the logs: not asked');
  });

  test('times that contradict each other are named', () => {
    expect(report({ detected: at('09:00') }).openQuestions.join()).toContain(
      'detected before it is said to have begun',
    );
    expect(report({ detected: at('12:30') }).openQuestions.join()).toContain('detected after it was planned');
  });

  test('logs that end too early prove nothing; a call that succeeded says so first', () => {
    const early = report({ logs: someLogs({ reachTo: at('12:30') }) });
    expect(early.times.verified).toBeNull();
    expect(early.openQuestions.join()).toContain(`The logs reach to ${at('12:30')}`);
    const used = report({ logs: someLogs({ callsSince: { successes: 3, refused: 1 } }) });
    expect(used.times.verified).toBeNull();
    expect(renderReport(used)).toContain('**NOT CONTAINED**: 3 calls succeeded');
  });
});

describe('what the journal tells', () => {
  test('a plan that was not applied contained nothing', () => {
    for (const entries of [null, journalOf(plan, wholeLane[0]!)]) {
      const made = report({ entries });
      expect(made.times.contained).toBeNull();
      expect(made.complete).toBe(false);
      expect(made.left.filter((line) => line.endsWith('was not applied.'))).toHaveLength(2);
    }
    expect(report({ entries: null }).openQuestions[0]).toContain('There is no journal beside the plan');
  });

  test('contained in part, where an action failed', () => {
    const made = report({
      entries: journalOf(plan, ...wholeLane.slice(0, 4), `12:07 ada apply failed ${key} iam:UpdateAccessKey: Denied`),
    });
    expect(made).toMatchObject({ complete: false, times: { contained: { time: at('12:06') } } });
    expect(made.left).toContain(
      `Deactivate ${keyId} of ci: failed, or was not confirmed (iam:UpdateAccessKey: Denied).`,
    );
    expect(renderReport(made)).toContain('in part: 1 of 2 actions were never done');
  });

  test('who did what, what was lifted and set again, what was undone', () => {
    const made = report({
      entries: journalOf(
        plan,
        ...wholeLane,
        `12:11 ada apply intent ${deny} lifted by someone`,
        `12:11 ada apply done ${deny} lifted by someone, and set again`,
        `12:20 bob apply intent ${deny} iam:AttachUserPolicy`,
        `12:21 bob apply done ${deny} read back`,
        `16:00 bob undo intent ${deny} Detach`,
        `16:01 bob undo done ${deny} read back`,
      ),
    });
    expect(made.times.contained).toMatchObject({ time: at('12:10') });
    expect(made.actions).toMatchObject([
      { id: deny, standing: 'undone', firstDone: at('12:06'), lifts: 2, foundInPlace: false },
      { id: key, standing: 'holds', firstDone: at('12:10'), lifts: 0 },
    ]);
    expect(
      made.doneBy.map(({ caller, moments }) => [caller, moments.map(({ time, event }) => `${time} ${event}`)]),
    ).toEqual([
      [ada, [`${at('12:06')} done`, `${at('12:10')} done`, `${at('12:11')} set-again`]],
      [bob, [`${at('12:21')} set-again`, `${at('16:01')} undone`]],
    ]);
    expect(made.left).toContain('Attach AWSDenyAll to ci: was undone.');
    expect(renderReport(made)).toContain('- Attach AWSDenyAll to ci: found lifted 2 times\n- By whom is not known');
  });

  test('what was lifted for good is left to do, and the logs say by whom', () => {
    const made = report({
      entries: journalOf(plan, ...wholeLane, `12:11 ada apply intent ${deny} lifted by someone`),
      logs: someLogs({
        takenBack: [
          {
            time: at('12:10'),
            action: 'DetachUserPolicy',
            target: null,
            by: null,
            accessKeyId: keyId,
            sourceIp: '203.0.113.66',
          },
        ],
      }),
    });
    expect(made.left).toContain('Attach AWSDenyAll to ci: was found lifted, and is not recorded as set again.');
    const text = renderReport(made);
    expect(text).toContain(`- By the logs, at ${at('12:10')}: DetachUserPolicy with ${keyId} from 203.0.113.66`);
    expect(text).not.toContain('By whom is not known');
  });

  test('the seal of the evidence', () => {
    expect(report().evidence).toEqual({
      manifestSha256: seal,
      place: 'plan.json.evidence',
      sealedAt: at('12:04'),
      by: ada,
    });
    const without = report({ entries: journalOf(plan, ...wholeLane.slice(1)) });
    expect(without.evidence).toBeNull();
    expect(without.openQuestions.join()).toContain('no evidence that was sealed');
  });

  test('what the plan leaves out is left', () => {
    const leaving = planOf(someState(), { notCovered: ['CreateRole of role x: look at it by hand'], skip: [key] });
    expect(report({ plan: leaving, entries: journalOf(leaving, ...wholeLane.slice(0, 3)) }).left).toEqual([
      `${key}: left out of the plan on request.`,
      'CreateRole of role x: look at it by hand',
    ]);
  });
});

describe('recovered and deleted', () => {
  const targets = ['ssm:us-east-1/id,secret', 'file:/srv/credentials'];
  const begun = { event: 'begun', keyId, userName: 'ci', account: '111122223333', caller: bob, targets } as const;
  const rotation = (...more: RotateEntry[]): RotateEntry[] => [
    { ...begun, time: at('12:30') },
    { event: 'created', accessKeyId: 'AKIAI44QH8DHBEXAMPLE', time: at('12:31') },
    { event: 'written', target: targets[0]!, time: at('12:40') },
    ...more,
  ];

  test('once every target has the new key', () => {
    const whole = report({ rotation: rotation({ event: 'written', target: targets[1]!, time: at('13:00') }) });
    expect(whole.times.recovered).toMatchObject({ time: at('13:00') });
    expect(whole.timeline).toContainEqual({
      time: at('13:00'),
      phase: 'recovered',
      what: `New key put in ${targets[1]}`,
      by: bob,
    });
  });

  test.each<[string, RotateEntry[]]>([
    ['one still lacks it', []],
    ['one failed', [{ event: 'failed', target: targets[1]!, detail: 'no', time: at('13:00') }]],
    [
      'one was given the old key back',
      [
        { event: 'written', target: targets[1]!, time: at('13:00') },
        { event: 'restore-intent', target: targets[0]!, time: at('13:10') },
        { event: 'restored', target: targets[0]!, time: at('13:11') },
      ],
    ],
    ['the rotation was taken back', [{ event: 'closed', detail: 'undone', time: at('13:00') }]],
  ])('not while %s', (_, more) => {
    const made = report({ rotation: rotation(...more) });
    expect(made.times.recovered).toBeNull();
    expect(made.openQuestions.join()).toContain('the new key is not in every place');
  });

  test('a new key that was in use before containment is recovered before', () => {
    const text = renderReport(report({ recovered: at('11:40') }));
    expect(text).toContain('30 min before containment');
  });

  test('deleted when its journal says that it is gone', () => {
    const deletion = journalOf(plan, '18:00 ada apply intent delete-key {}', '18:01 ada apply done delete-key gone');
    expect(report({ deletion }).times.deleted).toMatchObject({ time: at('18:01') });
    expect(report({ deletion: deletion.slice(0, 1) }).times.deleted).toBeNull();
  });
});

test('text of others is shown, never obeyed', () => {
  const hostile = 'x\u001b[2J\n# Heading [click](https://evil) `y` <b> \u202e';
  const base = someState();
  const state = someState({ principal: { ...base.principal, arn: hostile } }, { unread: [hostile] });
  const evil = planOf(state, { notCovered: [hostile], since: at('09:30') });
  const entries = journalOf(evil, ...wholeLane.slice(1)).map((entry) => ({ ...entry, caller: hostile }));
  const text = renderReport(
    report({
      plan: evil,
      entries: [
        ...entries,
        ...journalOf(evil, `12:20 ada apply failed ${key} x`).map((entry) => ({ ...entry, detail: hostile })),
        ...journalOf(evil, '12:01 ada apply done evidence x').map((entry) => ({
          ...entry,
          detail: `manifest ${seal} in ${hostile}`,
        })),
      ],
      logs: someLogs({
        alerts: [{ source: 'guardduty', time: at('10:00'), what: hostile }],
        takenBack: [
          { time: at('12:10'), action: hostile, target: hostile, by: hostile, accessKeyId: hostile, sourceIp: hostile },
        ],
        gaps: [hostile],
      }),
      rotation: [
        { event: 'begun', keyId, userName: 'ci', account: '1', caller: hostile, targets: [hostile], time: at('12:30') },
        { event: 'created', accessKeyId: hostile, time: at('12:31') },
        { event: 'written', target: hostile, time: at('12:32') },
      ],
    }),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not come through.
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  // Outside of code, nothing makes a link or a tag.
  const outside = text.replaceAll(/(?<!\\)`[^`]*`/g, '');
  expect(outside).not.toMatch(/[^\\](<b>|\[click\])/);
});
