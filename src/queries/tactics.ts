import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { packagePath } from '../model/paths.js';
import type { Question } from '../model/question.js';

let loaded: Map<string, Set<string>> | undefined;

function techniques(): Map<string, Set<string>> {
  if (!loaded) {
    const { tactics } = parse(readFileSync(packagePath('queries/tactics.yaml'), 'utf8')) as {
      tactics: Record<string, string[]>;
    };
    loaded = new Map(Object.entries(tactics).map(([tactic, ids]) => [tactic, new Set(ids)]));
  }
  return loaded;
}

/** The tactics that a question's techniques belong to, in the order of the matrix. */
export function tacticsOf({ attack }: Pick<Question, 'attack'>): string[] {
  const ids = new Set(attack.techniques.map((id) => id.replace(/\..*$/, '')));
  return [...techniques()].filter(([, members]) => [...ids].some((id) => members.has(id))).map(([tactic]) => tactic);
}
