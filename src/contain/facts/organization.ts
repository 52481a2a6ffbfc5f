import { readScp, readScpNames } from '../account/organization.js';
import { attached } from '../fact.js';
import type { FactKind } from './kind.js';

/** The text of a service control policy. */
export const scp: FactKind = {
  read: readScp,
  calls(name, _name, from, to) {
    const Name = name;
    if (to === null) return [{ service: 'organizations', call: 'DeletePolicy', input: { Name } }];
    const input = { Name, Content: to };
    if (from !== null) return [{ service: 'organizations', call: 'UpdatePolicy', input }];
    const made = { ...input, Type: 'SERVICE_CONTROL_POLICY', Description: 'Containment of a leaked credential' };
    return [{ service: 'organizations', call: 'CreatePolicy', input: made }];
  },
};

export const scpAttachment: FactKind = {
  async read(clients, target, name) {
    return (await readScpNames(clients, target)).includes(name) ? attached : null;
  },
  calls(target, name, _from, to) {
    const call = to === null ? 'DetachPolicy' : 'AttachPolicy';
    return [{ service: 'organizations', call, input: { Name: name, TargetId: target } }];
  },
};
