import { GetInstanceProfileCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { readAssociation, readMetadataTokens } from '../account/instance.js';
import { decodedDocument } from '../account/paging.js';
import { askIfExists } from '../aws.js';
import { canonicalJson } from '../canonical.js';
import type { FactKind } from './kind.js';

/** The profile that an instance has: its ARN. */
export const instanceProfile: FactKind = {
  async read(clients, region, instanceId) {
    return (await readAssociation(clients, region, instanceId))?.IamInstanceProfile?.Arn ?? null;
  },
  calls(region, instanceId, from, to) {
    if (to === null || from === null) return null;
    const input = { InstanceId: instanceId, Arn: to };
    return [{ service: 'ec2', region, call: 'ReplaceIamInstanceProfileAssociation', input }];
  },
};

export const metadataTokens: FactKind = {
  read: readMetadataTokens,
  calls(region, instanceId, _from, to) {
    if (to !== 'required' && to !== 'optional') return null;
    const input = { InstanceId: instanceId, HttpTokens: to };
    return [{ service: 'ec2', region, call: 'ModifyInstanceMetadataOptions', input }];
  },
};

/** What a role that keytrail makes is made from. */
export interface RoleSettings {
  path: string;
  description: string;
  maxSessionDuration: number;
  trustPolicy: string;
  boundary: string | null;
}

/** A role that stands in for another: its settings as canonical JSON. */
export const roleCopy: FactKind = {
  async read({ iam }, name) {
    const answer = await askIfExists('iam:GetRole', () => iam.send(new GetRoleCommand({ RoleName: name })));
    if (answer?.Role === undefined) return null;
    const { Path = '/', Description = '', MaxSessionDuration = 3600, AssumeRolePolicyDocument = '' } = answer.Role;
    const settings: RoleSettings = {
      path: Path,
      description: Description,
      maxSessionDuration: MaxSessionDuration,
      trustPolicy: decodedDocument(AssumeRolePolicyDocument),
      boundary: answer.Role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    };
    return canonicalJson(settings);
  },
  calls(name, _name, from, to) {
    if (to === null) return [{ service: 'iam', call: 'DeleteRole', input: { RoleName: name } }];
    if (from !== null) return null;
    const { path, description, maxSessionDuration, trustPolicy, boundary } = JSON.parse(to) as RoleSettings;
    const input = {
      RoleName: name,
      Path: path,
      Description: description,
      MaxSessionDuration: String(maxSessionDuration),
      AssumeRolePolicyDocument: trustPolicy,
      ...(boundary === null ? {} : { PermissionsBoundary: boundary }),
    };
    return [{ service: 'iam', call: 'CreateRole', input }];
  },
};

/** The role in an instance profile that keytrail makes: `` while it is empty. */
export const profileRole: FactKind = {
  async read({ iam }, name) {
    const answer = await askIfExists('iam:GetInstanceProfile', () =>
      iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name })),
    );
    return answer === null ? null : (answer.InstanceProfile?.Roles?.[0]?.RoleName ?? '');
  },
  calls(name, _name, from, to) {
    const InstanceProfileName = name;
    const make = { service: 'iam', call: 'CreateInstanceProfile', input: { InstanceProfileName } };
    const fill = (RoleName: string) => ({
      service: 'iam',
      call: 'AddRoleToInstanceProfile',
      input: { InstanceProfileName, RoleName },
    });
    const empty = (RoleName: string) => ({
      service: 'iam',
      call: 'RemoveRoleFromInstanceProfile',
      input: { InstanceProfileName, RoleName },
    });
    if (to === null) {
      const remove = { service: 'iam', call: 'DeleteInstanceProfile', input: { InstanceProfileName } };
      return from ? [empty(from), remove] : [remove];
    }
    if (from === null) return [make, fill(to)];
    return from === '' ? [fill(to)] : null;
  },
  isHalfDone: (value) => value === '',
};
