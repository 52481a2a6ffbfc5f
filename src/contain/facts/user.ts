import {
  readAccessKeys,
  readAttachedPolicies,
  readCertificates,
  readInlinePolicy,
  readLoginProfile,
  readMfaDevices,
  readServiceCredentials,
  readSshKeys,
  readUser,
} from '../account/user.js';
import type { ContainClients } from '../aws.js';
import { attached } from '../fact.js';
import { type FactKind, readOnly } from './kind.js';

export const user: FactKind = {
  async read(clients, name) {
    const found = await readUser(clients, name);
    return found === null ? null : `${found.arn} ${found.id}`;
  },
  calls: readOnly,
};

/** Something of a user that is `Active` or `Inactive`. */
function status(
  call: string,
  idName: string,
  list: (clients: ContainClients, userName: string) => Promise<{ id: string; status: string }[]>,
): FactKind {
  return {
    async read(clients, of, id) {
      return (await list(clients, of)).find((found) => found.id === id)?.status ?? null;
    },
    calls(of, id, _from, to) {
      if (to !== 'Active' && to !== 'Inactive') return null;
      return [{ service: 'iam', call, input: { UserName: of, [idName]: id, Status: to } }];
    },
  };
}

export const accessKey = status('UpdateAccessKey', 'AccessKeyId', readAccessKeys);
export const sshKey = status('UpdateSSHPublicKey', 'SSHPublicKeyId', readSshKeys);
export const certificate = status('UpdateSigningCertificate', 'CertificateId', readCertificates);
export const serviceCredential = status(
  'UpdateServiceSpecificCredential',
  'ServiceSpecificCredentialId',
  readServiceCredentials,
);

export const userAttachedPolicy: FactKind = {
  async read(clients, of, arn) {
    return (await readAttachedPolicies(clients, of)).includes(arn) ? attached : null;
  },
  calls(of, arn, _from, to) {
    const call = to === null ? 'DetachUserPolicy' : 'AttachUserPolicy';
    return [{ service: 'iam', call, input: { UserName: of, PolicyArn: arn } }];
  },
};

export const userInlinePolicy: FactKind = {
  read: readInlinePolicy,
  calls(of, name, _from, to) {
    const input = { UserName: of, PolicyName: name };
    return to === null
      ? [{ service: 'iam', call: 'DeleteUserPolicy', input }]
      : [{ service: 'iam', call: 'PutUserPolicy', input: { ...input, PolicyDocument: to } }];
  },
};

export const loginProfile: FactKind = {
  async read(clients, of) {
    return (await readLoginProfile(clients, of)) ? 'present' : null;
  },
  calls(of, _name, _from, to) {
    return [
      { service: 'iam', call: to === null ? 'DeleteLoginProfile' : 'CreateLoginProfile', input: { UserName: of } },
    ];
  },
};

export const mfaDevice: FactKind = {
  async read(clients, of, serial) {
    return (await readMfaDevices(clients, of)).some((device) => device.serial === serial) ? 'enabled' : null;
  },
  calls(of, serial, _from, to) {
    // Only who holds the device can enable it again: it takes two of its codes.
    if (to !== null) return null;
    return [{ service: 'iam', call: 'DeactivateMFADevice', input: { UserName: of, SerialNumber: serial } }];
  },
};
