import type { Step } from '../step.js';
import { attachDeny } from './attach-deny.js';
import { deactivateKey } from './deactivate-key.js';

/** The playbook, in order: the deny first, for it also stops sessions, and every straggler still shows in the logs. */
export const playbook: readonly Step[] = [attachDeny, deactivateKey];
