/** One statement of a policy that says what its holder may do. */
export interface Statement {
  effect: 'Allow' | 'Deny';
  /** Patterns of actions it is for; with `except`, of those it is not for. */
  actions: string[];
  except: boolean;
  /** On every resource. */
  everywhere: boolean;
  conditional: boolean;
}

/** The statements of a policy's JSON text. What is not of a policy's form is passed over: AWS checks it when it is put. */
export function statementsOf(document: string): Statement[] {
  const policy: unknown = JSON.parse(document);
  return listOf(fieldOf(policy, 'Statement')).map((statement) => {
    const except = fieldOf(statement, 'NotAction') !== undefined;
    return {
      effect: fieldOf(statement, 'Effect') === 'Allow' ? 'Allow' : 'Deny',
      actions: textsOf(fieldOf(statement, except ? 'NotAction' : 'Action')),
      except,
      everywhere: textsOf(fieldOf(statement, 'Resource')).includes('*'),
      conditional: Object.keys(fieldOf(statement, 'Condition') ?? {}).length > 0,
    };
  });
}

/** Whether a statement is for an action, such as `iam:PassRole`; for all of them, where that is `*` or `iam:*`. */
export function isFor({ actions, except }: Statement, action: string): boolean {
  if (!except) return actions.some((pattern) => covers(pattern, action));
  // Of many actions, none may be left out.
  return !actions.some((pattern) => covers(pattern, action) || covers(action, pattern));
}

/**
 * Whether a pattern (`*`: any text, `?`: a character) is for a text, such as an action or an ARN, or for all that another
 * pattern is for. Letter case is nothing.
 * In time of the lengths' product, however many stars the pattern has.
 */
export function covers(pattern: string, action: string): boolean {
  if (pattern === '*') return true;
  const [wanted, text] = [pattern.toLowerCase(), action.toLowerCase()];
  let [at, from] = [0, 0];
  let star: { at: number; from: number } | null = null;
  while (from < text.length) {
    if (wanted[at] === '*') {
      star = { at, from };
      at += 1;
    } else if (wanted[at] === text[from] || (wanted[at] === '?' && text[from] !== '*')) {
      at += 1;
      from += 1;
    } else if (star !== null) {
      // The last star takes one more.
      star.from += 1;
      at = star.at + 1;
      from = star.from;
    } else {
      return false;
    }
  }
  return /^\**$/.test(wanted.slice(at));
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function textsOf(value: unknown): string[] {
  return listOf(value).filter((text): text is string => typeof text === 'string');
}
