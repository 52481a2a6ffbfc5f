import { readAttachedRolePolicies, readInlineRolePolicy, readRoleIdentity, readTrustPolicy } from '../account/role.js';
import { attached } from '../fact.js';
import { type FactKind, readOnly } from './kind.js';

export const role: FactKind = { read: readRoleIdentity, calls: readOnly };

export const trustPolicy: FactKind = {
  read: readTrustPolicy,
  calls(of, _name, _from, to) {
    if (to === null) return null;
    return [{ service: 'iam', call: 'UpdateAssumeRolePolicy', input: { RoleName: of, PolicyDocument: to } }];
  },
};

export const roleAttachedPolicy: FactKind = {
  async read(clients, of, arn) {
    return (await readAttachedRolePolicies(clients, of)).includes(arn) ? attached : null;
  },
  calls(of, arn, _from, to) {
    const call = to === null ? 'DetachRolePolicy' : 'AttachRolePolicy';
    return [{ service: 'iam', call, input: { RoleName: of, PolicyArn: arn } }];
  },
};

export const roleInlinePolicy: FactKind = {
  read: readInlineRolePolicy,
  calls(of, name, _from, to) {
    const input = { RoleName: of, PolicyName: name };
    return to === null
      ? [{ service: 'iam', call: 'DeleteRolePolicy', input }]
      : [{ service: 'iam', call: 'PutRolePolicy', input: { ...input, PolicyDocument: to } }];
  },
};
