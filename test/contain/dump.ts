import type { ContainClients } from '../../src/contain/clients.js';
import { dumpIam } from './dump/iam.js';
import { dumpControlPolicies, dumpIdentityCenter } from './dump/organization.js';
import { dumpRegion } from './dump/region.js';

export { dumpUser } from './dump/iam.js';

/**
 * All of an account that containment can touch, as one JSON value in a stable order: equal before and after, if
 * containment was undone. What can't come back as it was is left out; each part says what. Holds no secret.
 */
export async function dumpAccount(clients: ContainClients, region = 'us-east-1'): Promise<unknown> {
  return {
    ...(await dumpIam(clients.iam)),
    controlPolicies: await dumpControlPolicies(clients.organizations),
    identityCenter: await dumpIdentityCenter(clients),
    [region]: await dumpRegion(clients.in(region)),
  };
}
