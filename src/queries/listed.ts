import { readFileSync } from 'node:fs';
import { fingerprint } from '../model/fingerprint.js';
import { packagePath } from '../model/paths.js';
import type { Question } from '../model/question.js';
import { allQuestions } from './load.js';
import { tacticsOf } from './tactics.js';

/** What a list of questions shows of one. */
export interface Listed {
  id: string;
  title: string;
  step: string;
  /** Of ATT&CK, separated by blanks; so are `logs`. */
  tactics: string;
  logs: string;
  key: Question['key'];
  severity: Question['severity'];
}

export interface Catalogue {
  /** Fingerprints of the files that the list was made from, by path below queries/. */
  from: Record<string, string>;
  questions: Listed[];
}

export const listAll = (): Listed[] =>
  allQuestions().map((question) => {
    const { id, title, step, logs, key, severity } = question;
    return { id, title, step, tactics: tacticsOf(question).join(' '), logs: logs.join(' '), key, severity };
  });

export function catalogueText(): string {
  const questions = listAll();
  const files = ['tactics.yaml', ...questions.map(({ id }) => `${id}/query.yaml`)];
  const from = files.map((file) => [file, fingerprint(readFileSync(packagePath(`queries/${file}`), 'utf8'))]);
  const catalogue: Catalogue = { from: Object.fromEntries(from), questions };
  return `${JSON.stringify(catalogue, null, 2)}\n`;
}
