import type { Row } from '../model/question.js';
import type { CreatedKind, CreatedThing } from '../model/trace.js';
import { text } from './findings.js';
import { iso } from './times.js';
import { trustedPrincipals } from './trusted-principals.js';

/** What a call made: a name that no log gives is empty, and makes no thing. */
type Made = Pick<CreatedThing, 'name' | 'of'> & Partial<Pick<CreatedThing, 'principals'>>;

/** One call, its parameters and its answer to be looked into. Everything in it is whatever the caller wrote. */
class Call {
  readonly #parameters: unknown;
  readonly #response: unknown;

  constructor(readonly row: Row) {
    this.#parameters = parsed(text(row, 'parameters'));
    this.#response = parsed(text(row, 'response'));
  }

  /** A parameter; empty where there is none. */
  asked(...path: string[]): string {
    return scalar(at(this.#parameters, path));
  }

  answered(...path: string[]): string {
    return scalar(at(this.#response, path));
  }

  answeredList(...path: string[]): unknown[] {
    const list = at(this.#response, path);
    return Array.isArray(list) ? list : [];
  }

  /** ARN of something in the account of the call. */
  arn(service: string, region: string, resource: string): string {
    const partition = text(this.row, 'arn').split(':')[1] || 'aws';
    return `arn:${partition}:${service}:${region}:${text(this.row, 'account_id')}:${resource}`;
  }
}

interface Maker {
  kind: CreatedKind;
  made(call: Call): Made[];
}

const one = (kind: CreatedKind, made: (call: Call) => Made): Maker => ({ kind, made: (call) => [made(call)] });

const grant = (subject: string, ...policies: string[]): Maker =>
  one('policy-grant', (call) => ({
    name: policies.map((policy) => call.asked(policy)).find(Boolean) ?? '',
    of: call.asked(subject) || null,
  }));

const loginProfile = one('login-profile', (call) => ({ name: call.asked('userName'), of: call.asked('userName') }));

const oidcProvider = one('oidc-provider', (call) => ({
  name:
    call.answered('openIDConnectProviderArn') ||
    call.asked('openIDConnectProviderArn') ||
    (call.asked('url') && call.arn('iam', '', `oidc-provider/${call.asked('url').replace(/^https:\/\//, '')}`)),
  of: null,
}));

const samlProvider = one('saml-provider', (call) => ({
  name:
    call.answered('sAMLProviderArn') ||
    call.asked('sAMLProviderArn') ||
    (call.asked('name') && call.arn('iam', '', `saml-provider/${call.asked('name')}`)),
  of: null,
}));

const trustAnchor = one('trust-anchor', (call) => {
  const id = call.answered('trustAnchor', 'trustAnchorId') || call.asked('trustAnchorId');
  return {
    name:
      call.answered('trustAnchor', 'trustAnchorArn') ||
      (id && call.arn('rolesanywhere', text(call.row, 'region'), `trust-anchor/${id}`)),
    of: null,
  };
});

/** Lambda takes a name, an ARN, or the account and a name, each with a version or alias behind it. */
const functionName = (given: string): string => /(?:^|:function:)([\w-]+)(?::[^:]*)?$/.exec(given)?.[1] ?? given;

const lambda = one('function', (call) => ({ name: functionName(call.asked('functionName')), of: null }));

/** By service and action, without the version that Lambda's names carry. */
const makers: Readonly<Record<string, Readonly<Record<string, Maker>>>> = {
  'iam.amazonaws.com': {
    CreateUser: one('user', (call) => ({ name: call.asked('userName'), of: null })),
    CreateAccessKey: one('access-key', (call) => ({
      name: call.answered('accessKey', 'accessKeyId'),
      of: call.answered('accessKey', 'userName') || call.asked('userName') || null,
    })),
    // To deactivate one leaves no way in.
    UpdateAccessKey: {
      kind: 'access-key',
      made: (call) =>
        call.asked('status') === 'Active'
          ? [{ name: call.asked('accessKeyId'), of: call.asked('userName') || null }]
          : [],
    },
    CreateLoginProfile: loginProfile,
    UpdateLoginProfile: loginProfile,
    EnableMFADevice: one('mfa-device', (call) => ({
      name: call.asked('serialNumber'),
      of: call.asked('userName') || null,
    })),
    CreateRole: one('role', (call) => ({
      name: call.asked('roleName'),
      of: null,
      principals: trustedPrincipals(call.asked('assumeRolePolicyDocument')),
    })),
    UpdateAssumeRolePolicy: one('trust-policy', (call) => ({
      name: call.asked('roleName'),
      of: null,
      principals: trustedPrincipals(call.asked('policyDocument')),
    })),
    CreateOpenIDConnectProvider: oidcProvider,
    AddClientIDToOpenIDConnectProvider: oidcProvider,
    UpdateOpenIDConnectProviderThumbprint: oidcProvider,
    CreateSAMLProvider: samlProvider,
    UpdateSAMLProvider: samlProvider,
    AttachUserPolicy: grant('userName', 'policyArn'),
    AttachRolePolicy: grant('roleName', 'policyArn'),
    AttachGroupPolicy: grant('groupName', 'policyArn'),
    PutUserPolicy: grant('userName', 'policyName'),
    PutRolePolicy: grant('roleName', 'policyName'),
    PutGroupPolicy: grant('groupName', 'policyName'),
    AddUserToGroup: grant('userName', 'groupName'),
    CreatePolicyVersion: grant('', 'policyArn'),
    SetDefaultPolicyVersion: grant('', 'policyArn'),
  },
  'sso.amazonaws.com': {
    CreateAccountAssignment: grant('principalId', 'permissionSetArn'),
    AttachManagedPolicyToPermissionSet: grant('permissionSetArn', 'managedPolicyArn'),
    AttachCustomerManagedPolicyReferenceToPermissionSet: one('policy-grant', (call) => ({
      name: call.asked('customerManagedPolicyReference', 'name'),
      of: call.asked('permissionSetArn') || null,
    })),
    // It has one, without a name.
    PutInlinePolicyToPermissionSet: one('policy-grant', (call) => ({
      name: call.asked('permissionSetArn') && 'inline',
      of: call.asked('permissionSetArn') || null,
    })),
  },
  'rolesanywhere.amazonaws.com': {
    CreateTrustAnchor: trustAnchor,
    UpdateTrustAnchor: trustAnchor,
    EnableTrustAnchor: trustAnchor,
  },
  'lambda.amazonaws.com': {
    CreateFunction: lambda,
    UpdateFunctionCode: lambda,
    UpdateFunctionConfiguration: lambda,
    AddPermission: lambda,
    CreateFunctionUrlConfig: lambda,
    UpdateFunctionUrlConfig: lambda,
  },
  'ec2.amazonaws.com': {
    RunInstances: {
      kind: 'instance',
      made: (call) =>
        call
          .answeredList('instancesSet', 'items')
          .map((item) => ({ name: scalar(at(item, ['instanceId'])), of: null })),
    },
  },
};

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** What a row of `lasting-changes` made or changed: as a rule one thing, of RunInstances as many as were started. */
export function createdThings(row: Row): CreatedThing[] {
  const eventName = text(row, 'event_name');
  const maker = own(own(makers, text(row, 'event_source')) ?? {}, eventName.replace(/[0-9_]+(?:v[0-9]+)?$/, ''));
  if (!maker) return [];
  return maker
    .made(new Call(row))
    .filter(({ name }) => name !== '')
    .map(({ name, of, principals = [] }) => ({
      kind: maker.kind,
      name,
      of,
      accountId: text(row, 'account_id'),
      region: text(row, 'region'),
      eventName,
      eventId: text(row, 'event_id'),
      time: iso(text(row, 'event_time')) ?? '',
      sourceIp: text(row, 'source_ip') || null,
      principals,
    }));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json || 'null');
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inside, name) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, name)
        ? (inside as Record<string, unknown>)[name]
        : undefined,
    value,
  );
}

/** No name in AWS is longer. */
const maxLength = 131_072;

const scalar = (value: unknown): string =>
  ['string', 'number'].includes(typeof value) ? String(value).slice(0, maxLength) : '';
