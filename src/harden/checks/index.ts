import type { Check } from '../check.js';
import { oldKeys, unusedKeys } from './access-keys.js';
import { administratorKeys, administrators } from './administrators.js';
import { cisAlarms, keyAlarms } from './alarms.js';
import { consoleMfa } from './console.js';
import { configRecorder, guardDuty, macie } from './detectors.js';
import { imdsV1 } from './instances.js';
import { passwordPolicy } from './password-policy.js';
import { roleTrust } from './role-trust.js';
import { rootKeys, rootMfa, rootUse } from './root.js';
import { trail } from './trail.js';

/** Every check; findings are reported in this order. */
export const checks: readonly Check[] = [
  rootKeys,
  rootMfa,
  rootUse,
  passwordPolicy,
  consoleMfa,
  oldKeys,
  unusedKeys,
  administratorKeys,
  administrators,
  roleTrust,
  trail,
  cisAlarms,
  keyAlarms,
  guardDuty,
  macie,
  configRecorder,
  imdsV1,
];
