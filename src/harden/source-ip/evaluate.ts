import { type PolicyDocument, texts } from '../policy.js';
import type { RequestContext } from './call.js';
import { listOf, parseNetwork } from './network.js';

/** Whether a condition holds for what a request has of its key; undefined: nothing. */
type Test = (actual: string | undefined) => boolean;

function isNotWithin(values: readonly string[]): Test {
  const list = listOf(values.map(parseNetwork).filter((network) => network !== null));
  return (actual) => {
    const address = parseNetwork(actual ?? '');
    return address === null || !list.check(address.address, address.family);
  };
}

/** The operators that such a policy has. A negated one holds where its key is absent, the others do not. */
const operators: Readonly<Record<string, (values: readonly string[]) => Test>> = {
  NotIpAddress: isNotWithin,
  StringNotEquals: (values) => (actual) => actual === undefined || !values.includes(actual),
  Bool: (values) => (actual) => actual !== undefined && values.includes(actual),
};

/** Tells of requests whether a policy that only denies, whatever the action, refuses them as IAM would. */
export function refuserOf(policy: PolicyDocument): (context: RequestContext) => boolean {
  const statements = policy.Statement.map(({ Condition = {} }) =>
    Object.entries(Condition).flatMap(([operator, block]) =>
      Object.entries(block).map(([key, values]) => ({ key, test: operators[operator]!(texts(values)) })),
    ),
  );
  return (context) => {
    const values: Readonly<Record<string, string | undefined>> = { ...context };
    return statements.some((conditions) => conditions.every(({ key, test }) => test(values[key])));
  };
}
