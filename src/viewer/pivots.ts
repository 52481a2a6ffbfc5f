import { isIP } from 'node:net';
import type { Question } from '../model/question.js';
import { allQuestions } from '../queries/load.js';
import { parametersOf } from '../queries/parameters.js';

/** What a value is, as far as questions can be asked of it. */
export type Kind = 'key' | 'address' | 'arn' | 'principal' | 'resource' | 'user';

export const kindTitles: Readonly<Record<Kind, string>> = {
  key: 'access key',
  address: 'address',
  arn: 'ARN',
  principal: 'principal',
  resource: 'resource',
  user: 'user',
};

/** The parameters that take a value of a kind. */
const takes: Readonly<Record<Kind, readonly string[]>> = {
  key: ['key', 'issued'],
  address: ['ip', 'ips'],
  arn: ['arns', 'resource'],
  principal: ['principal_id'],
  resource: ['resource'],
  user: ['user', 'subject'],
};

/** More is no name, and no link should be as long. */
const longest = 512;
const resourceId = /^(?:sg|i|eni|vpc|subnet|acl|rtb|igw|vpce|snap|vol|ami)-[0-9a-f]{8,17}$/;

/** Whether questions can be asked of a cell's value; a comma would make two values of one. */
export function kindOf(column: string, value: string): Kind | null {
  if (value.length > longest || /[,\p{C}]/u.test(value)) return null;
  if (/^(?:AKIA|ASIA)[A-Z0-9]{12,124}$/.test(value)) return 'key';
  if (isIP(value) !== 0) return 'address';
  if (/^arn:[^:]*:[^:]+:/.test(value)) return 'arn';
  if (/^(?:AIDA|AROA)[A-Z0-9]{12,}(?::.+)?$/.test(value)) return 'principal';
  if (resourceId.test(value)) return 'resource';
  return column === 'user_name' ? 'user' : null;
}

/** The questions that take such a value, and as which parameter. */
export function questionsTaking(kind: Kind): { question: Question; parameter: string }[] {
  return allQuestions().flatMap((question) => {
    const names = parametersOf(question).map(({ name }) => name);
    const parameter = takes[kind].find((name) => names.includes(name));
    return parameter === undefined ? [] : [{ question, parameter }];
  });
}
