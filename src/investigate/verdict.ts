import type { Coverage, Row } from '../model/question.js';
import type { Closure } from '../queries/closure.js';
import type { AnsweredQuestion, Reason, Verdict } from './investigation.js';

interface Sign {
  text: string;
  actions: RegExp;
}

/** Actions that an intruder takes and an application seldom does. Names may carry a version suffix. */
const signs: readonly Sign[] = [
  {
    text: 'made credentials or principals that outlive the key',
    actions:
      /^(CreateUser|CreateAccessKey|CreateLoginProfile|UpdateLoginProfile|CreateServiceSpecificCredential|CreateOpenIDConnectProvider|CreateSAMLProvider|CreateTrustAnchor)/,
  },
  {
    text: 'changed what principals may do',
    actions:
      /^(AttachUserPolicy|AttachRolePolicy|AttachGroupPolicy|PutUserPolicy|PutRolePolicy|PutGroupPolicy|CreatePolicyVersion|SetDefaultPolicyVersion|UpdateAssumeRolePolicy|AddUserToGroup)/,
  },
  {
    text: 'went for the logging or detection itself',
    actions:
      /^(StopLogging|DeleteTrail|UpdateTrail|PutEventSelectors|DeleteFlowLogs|DeleteDetector|UpdateDetector|StopConfigurationRecorder|DeleteConfigurationRecorder|LeaveOrganization)/,
  },
  { text: 'launched computing power', actions: /^(RunInstances|RequestSpotInstances|CreateFunction|RunTask)/ },
  { text: 'read secrets', actions: /^(GetSecretValue|BatchGetSecretValue|GetParameters?$|GetPasswordData)/ },
];

const rowsOf = (answers: readonly AnsweredQuestion[], id: string): Row[] =>
  answers.find(({ question }) => question.id === id)?.answer.rows ?? [];

function reasonsOf(answers: readonly AnsweredQuestion[], closure: Closure): Reason[] {
  const reasons: Reason[] = [];
  const bursts = rowsOf(answers, 'denied-burst');
  if (bursts.length > 0) {
    const refused = bursts.reduce((sum, row) => sum + Number(row.refused), 0);
    reasons.push({
      text: `was refused ${refused} times in ${bursts.length === 1 ? 'a burst' : `${bursts.length} bursts`}, first at ${bursts[0]?.first_seen}`,
      question: 'denied-burst',
      actions: [],
    });
  }
  const used = rowsOf(answers, 'actions-used');
  for (const { text, actions } of signs) {
    const rows = used.filter((row) => actions.test(String(row.event_name)));
    if (rows.length === 0) continue;
    const names = rows.map((row) => `${row.event_name}${row.failed === row.events ? ' (refused)' : ''}`);
    const taken = rows.map((row) => String(row.event_name));
    reasons.push({ text: `${text}: ${names.join(', ')}`, question: 'actions-used', actions: taken });
  }
  const depth = closure.credentials.at(-1)?.depth ?? 0;
  if (depth > 1) {
    reasons.push({
      text: `was passed on through ${depth} steps of temporary credentials`,
      question: 'sts-children',
      actions: [],
    });
  }
  return reasons;
}

/** Weighs the answers: what they show, and whether what is missing could overturn it. */
export function verdictOf(answers: readonly AnsweredQuestion[], closure: Closure, coverage: Coverage): Verdict {
  const calls = rowsOf(answers, 'key-owner').reduce((sum, row) => sum + Number(row.events), 0);
  const reasons = calls === 0 ? [] : reasonsOf(answers, closure);
  const complete = coverage.missing.length === 0;
  if (calls === 0)
    return {
      level: 'unseen',
      summary: 'The logs hold no call of this key. That proves nothing beyond what the coverage says was read.',
      reasons,
      confidence: 'low',
    };
  if (reasons.length === 0)
    return {
      level: 'used',
      summary: `The key made ${calls.toLocaleString('en-US')} calls; none is a typical sign of abuse. Ask the owner about each client.`,
      reasons,
      confidence: complete ? 'high' : 'low',
    };
  const issued = closure.credentials.length - 1;
  return {
    level: 'abused',
    summary: `The key and ${issued} credential${issued === 1 ? '' : 's'} issued from it show ${reasons.length} sign${reasons.length === 1 ? '' : 's'} of abuse.`,
    reasons,
    // What was seen stays seen; more evidence can only add to it.
    confidence: 'high',
  };
}
