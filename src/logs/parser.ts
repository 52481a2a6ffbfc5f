import { KeytrailError } from '../errors.js';
import type { Kept, LogName, Parsed } from '../model/event.js';
import type { ObjectOrigin } from '../model/object.js';
import { cloudTrailEvent, parseCloudTrail } from './cloudtrail.js';
import { configEvent, parseConfig } from './config.js';
import { envelopesOf, type ParseOptions } from './envelopes.js';
import { guardDutyEvent, parseGuardDuty } from './guardduty.js';
import { outlined, type Span } from './span.js';
import { flowEvent, parseVpcFlow } from './vpcflow.js';

/**
 * Events and rejected pieces in the order of the object, in batches of at most 1000. Memory is bounded whatever the
 * object's size.
 * @throws KeytrailError `bad_object`, after everything readable: the object can't be read to its end, and what it
 * breaks off in was yielded as rejected. `usage`: the log never comes in the envelope. Other errors of `bytes` pass
 * through.
 */
type Parse = (bytes: AsyncIterable<Buffer>, origin: ObjectOrigin, options?: ParseOptions) => AsyncIterable<Parsed[]>;

/** Turns the inflated bytes of an object into events. Does no I/O of its own. */
export interface LogParser {
  readonly log: LogName;
  readonly parse: Parse;
  /** One record by itself: the event that `parse` would have made of it, or why there is none. */
  readonly again: (kept: Kept, origin: ObjectOrigin) => Parsed;
}

const againAsSpan =
  (toEvent: (span: Span, position: number) => Parsed): LogParser['again'] =>
  ({ raw, position }) =>
    toEvent(outlined({ raw, fault: null }), position);

function parser(log: LogName, parse: Parse, again: LogParser['again']): LogParser {
  return {
    log,
    again,
    parse: (bytes, origin, options = {}) => {
      const { envelope } = options;
      if (envelope !== undefined && !envelopesOf[log].includes(envelope))
        throw new KeytrailError('usage', `${log} is not read from the envelope ${envelope}`, {
          hint: envelopesOf[log].length > 0 ? `Choose ${envelopesOf[log].join(' or ')}.` : 'Leave --envelope out.',
        });
      return parse(bytes, origin, options);
    },
  };
}

export const parsers: Readonly<Record<LogName, LogParser>> = {
  cloudtrail: parser('cloudtrail', parseCloudTrail, againAsSpan(cloudTrailEvent)),
  vpcflow: parser('vpcflow', parseVpcFlow, flowEvent),
  config: parser('config', parseConfig, againAsSpan(configEvent)),
  guardduty: parser('guardduty', parseGuardDuty, againAsSpan(guardDutyEvent)),
};
