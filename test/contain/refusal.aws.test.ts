import { CreateSAMLProviderCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identify } from '../../src/contain/identify.js';
import { makePlan, type Plan, type PlanOptions } from '../../src/contain/plan.js';
import type { RunOptions } from '../../src/contain/run.js';
import { allow } from '../services/credentials.js';
import { describeWith } from '../services/index.js';
import { Account, outcomes } from './account.js';
import { someTrace } from './state.js';

const refusedWith = (code: string, message: RegExp) => ({
  code,
  message: expect.stringMatching(message),
  hint: expect.any(String),
});

/** The same plan, made anew from other ingredients. */
function again(plan: Plan, { state = plan.state, ...options }: Partial<PlanOptions> & { state?: Plan['state'] }): Plan {
  const { identity, targets } = plan;
  return makePlan(state, { now: new Date(), identity, targets, regions: plan.regions, ...options });
}

describeWith('aws', 'containment is refused', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  it('where the account changed since the plan, and says how', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    const { accessKeyId } = await account.addKey(leaked.userName);
    const before = await account.dump(leaked);
    const refused = refusedWith('state_changed', new RegExp(`: access key ${accessKeyId} of \\S+ is new$`));
    await expect(account.apply(plan)).rejects.toMatchObject(refused);
    expect(await account.dump(leaked)).toEqual(before);
    expect((await account.apply(await account.plan(leaked))).state).toBe('contained');
  });

  it('no more once it is begun, or when told to accept it: the change is named, and the result partial', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    await account.addKey(leaked.userName);
    const named = {
      state: 'partial',
      reasons: [expect.stringMatching(/changed since the plan.*access key AKIA\S+ of/)],
    };
    expect(await account.apply(plan, { acceptChanges: true })).toMatchObject(named);
    await account.putInline(leaked.userName, 'again', allow('sqs:*'));
    const again = await account.apply(plan);
    expect(again).toMatchObject({ state: 'partial', changed: false });
    expect(again.reasons.join()).toContain('inline policy again of');
  });

  it('where the deny came from another hand since the plan', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    await account.attach(leaked.userName, 'arn:aws:iam::aws:policy/AWSDenyAll');
    await expect(account.apply(plan)).rejects.toMatchObject(refusedWith('state_changed', /AWSDenyAll of \S+ is new/));
  });

  it.each<[string, string, (plan: Plan) => { plan?: Plan; options?: RunOptions }]>([
    [
      'of a principal protected now',
      'guard_refused',
      () => ({ options: { protectedPrincipals: ['arn:aws:iam::*:user/ci-*'] } }),
    ],
    [
      'of a principal protected when it was made',
      'guard_refused',
      (plan) => ({ plan: again(plan, { protectedPrincipals: ['ci-*'] }) }),
    ],
    ['out of time', 'plan_expired', () => ({ options: { now: () => new Date(Date.now() + 25 * 3_600_000) } })],
    [
      'of another account',
      'guard_refused',
      (plan) => {
        const accountId = '999999999999';
        return {
          plan: again(plan, { state: { ...plan.state, accountId }, identity: { ...plan.identity, accountId } }),
        };
      },
    ],
    ['not of the playbook', 'plan_invalid', (plan) => ({ plan: { ...plan, actions: plan.actions.slice(1) } })],
  ])('for a plan %s, and nothing is called', async (_, code, change) => {
    const leaked = await account.leak();
    const made = await account.plan(leaked);
    const before = await account.dump(leaked);
    const { plan = made, options = {} } = change(made);
    await expect(account.apply(plan, options)).rejects.toMatchObject({ code, hint: expect.any(String) });
    expect(await account.dump(leaked)).toEqual(before);
    expect(await leaked.tryKey()).toBe('allowed');
  });

  it("for the caller's own key", async () => {
    await account.anotherResponder();
    const own = await account.addKey('responder');
    const plan = await account.plan(own);
    expect(plan.refusals.map(({ guard }) => guard)).toEqual(['own-identity']);
    const refused = refusedWith('guard_refused', /identity that runs this command$/);
    await expect(account.apply(plan)).rejects.toMatchObject(refused);
  });

  it('for the key of root', async () => {
    const leaked = await account.leak();
    const clients = await account.anotherResponder();
    // The test server has no root keys: GetAccessKeyLastUsed is answered as for one, without a user name.
    clients.iam.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        if (context.commandName === 'GetAccessKeyLastUsedCommand') {
          Object.assign(answer.output, { UserName: undefined });
        }
        return answer;
      },
      { step: 'initialize' },
    );
    const plan = await account.plan(leaked, { clients });
    expect(plan.actions).toEqual([]);
    const refused = refusedWith('guard_refused', /^the key belongs to the root user of account/);
    await expect(account.apply(plan, {}, clients)).rejects.toMatchObject(refused);
  });

  it.each([
    ['ASIAIOSFODNN7EXAMPLE', 'bad_parameter', /is temporary, and AWS does not tell whose/],
    ['AKIAAAAAAAAAAAAAAAAA', 'bad_parameter', /^no user of account \d+ has the key/],
    ['AKIA\u001b[2J', 'bad_parameter', /^"AKIA\\u001b\[2J" is not an access key id$/],
  ])('for %j, and says why', async (keyId, code, message) => {
    await expect(identify(account.responder, { keyId, trace: null })).rejects.toMatchObject(refusedWith(code, message));
  });

  it('by AWS for one call, and goes on with the others, saying which permission is missing', async () => {
    const leaked = await account.leak();
    const allowed = ['iam:Get*', 'iam:List*', 'sts:*', 'iam:UpdateAccessKey'];
    const limited = await account.addUser(`limited-${leaked.userName}`, allowed);
    const plan = await account.plan(leaked);
    const result = await account.apply(plan, {}, account.clients(limited));
    expect(result.state).toBe('partial');
    expect(outcomes(result)).toEqual(['failed', 'applied']);
    expect(result.actions[0]!.detail).toContain('Give the responder iam:AttachUserPolicy');
    expect(await leaked.tryKey()).toBe('InvalidAccessKeyId');
    expect(outcomes(await account.apply(plan))).toEqual(['applied', 'already']);
  });

  it('by AWS for every call, or for the responder as such', async () => {
    const leaked = await account.leak();
    const reader = await account.addUser(`reader-${leaked.userName}`, ['iam:Get*', 'iam:List*', 'sts:*']);
    const plan = await account.plan(leaked);
    await expect(account.apply(plan, {}, account.clients(reader))).rejects.toMatchObject({
      code: 'aws_failed',
      hint: 'Give the responder iam:AttachUserPolicy, or use a role that has it.',
    });
    const nobody = account.clients({ accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'none' });
    const refused = refusedWith('no_credentials', /^sts:GetCallerIdentity/);
    await expect(identify(nobody, { keyId: leaked.accessKeyId, trace: null })).rejects.toMatchObject(refused);
  });

  it('the name contained, where the account does not show it', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    const clients = await account.anotherResponder();
    // The test server is consistent at once: a call without effect stands for a change that is still on its way.
    clients.iam.middlewareStack.add(
      (next, context) => async (args) =>
        context.commandName === 'AttachUserPolicyCommand' ? { output: { $metadata: {} }, response: {} } : next(args),
      { step: 'initialize' },
    );
    const result = await account.apply(plan, { delays: [0, 0] }, clients);
    expect(result.state).toBe('unverifiable');
    expect(outcomes(result)).toEqual(['unverifiable', 'applied']);
    expect((await account.apply(plan)).state).toBe('contained');
  });

  it('the name contained, and blames nobody, where the responder is signed out while watching', async () => {
    const leaked = await account.leak();
    const plan = await account.plan(leaked);
    const clients = await account.anotherResponder();
    let readsAfter = Number.POSITIVE_INFINITY;
    clients.iam.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'AttachUserPolicyCommand') readsAfter = 0;
        // The first reads it back.
        if (context.commandName === 'ListAttachedUserPoliciesCommand' && ++readsAfter > 1 && readsAfter < 99)
          throw Object.assign(new Error('The security token is expired'), { name: 'ExpiredToken' });
        return next(args);
      },
      { step: 'initialize' },
    );
    await expect(account.apply(plan, {}, clients)).rejects.toMatchObject(refusedWith('no_credentials', /expired/));
    expect(await account.apply(plan)).toMatchObject({ state: 'contained', changed: false });
  });
});

describeWith('aws', 'what an intruder makes too large for a plan', () => {
  let account: Account;
  beforeAll(async () => {
    account = await Account.start();
  });
  afterAll(() => account.stop());

  it('is named, and does not keep the rest from being contained', async () => {
    const leaked = await account.leak();
    const SAMLMetadataDocument = `<m>${'a'.repeat(300_000)}</m>`;
    const made = new CreateSAMLProviderCommand({ Name: 'huge', SAMLMetadataDocument });
    const name = (await account.responder.iam.send(made)).SAMLProviderArn!;
    const time = '2024-01-02T00:00:00.000Z';
    const thing = { kind: 'saml-provider' as const, name, of: null, accountId: '123456789012', region: 'us-east-1' };
    const event = { eventName: 'CreateSAMLProvider', eventId: 'e', time, sourceIp: null, principals: [] };
    const trace = someTrace({ created: [{ ...thing, ...event }] });
    const plan = await account.plan(leaked, { trace, since: time });
    expect(plan.state.unread).toContainEqual(expect.stringContaining(`${name}: its metadata are too long`));
    expect(await account.apply(plan)).toMatchObject({
      state: 'partial',
      reasons: [expect.stringContaining(`${name} could not be kept for undo`)],
    });
    expect(await leaked.tryKey()).not.toBe('allowed');
  });
});
