import type { Step } from '../step.js';
import { attachDeny } from './attach-deny.js';
import { deactivateKey } from './deactivate-key.js';
import { deactivateMfa } from './deactivate-mfa.js';
import { deactivateCertificate, deactivateServiceCredential, deactivateSshKey } from './deactivate-others.js';
import { deleteLoginProfile } from './delete-login-profile.js';
import { editTrust } from './edit-trust.js';
import { lock } from './lock.js';
import { removeAssignments } from './remove-assignments.js';
import { replaceInstanceRole } from './replace-instance-role.js';
import { requireImdsv2 } from './require-imdsv2.js';
import { revokeSessions } from './revoke-sessions.js';
import { deleteProvider, stopFunction } from './stop-made.js';

/**
 * The playbook, in order: what nobody inside can lift, then the deny, for it also stops sessions and lets every straggler
 * show in the logs, then the keys; each step over all targets before the next begins.
 */
export const playbook: readonly Step[] = [
  lock,
  attachDeny,
  deactivateKey,
  editTrust,
  revokeSessions,
  deleteLoginProfile,
  deactivateSshKey,
  deactivateCertificate,
  deactivateServiceCredential,
  deactivateMfa,
  requireImdsv2,
  replaceInstanceRole,
  removeAssignments,
  stopFunction,
  deleteProvider,
];
