import type { LogName, Parsed } from '../model/event.js';
import type { ObjectOrigin } from '../model/object.js';
import { parseCloudTrail } from './cloudtrail.js';
import { parseVpcFlow } from './vpcflow.js';

/** Turns the inflated bytes of an object into events. Does no I/O of its own. */
export interface LogParser {
  readonly log: LogName;
  /**
   * Events and rejected pieces in the order of the object, in batches of at most 1000. Memory is bounded whatever
   * the object's size.
   * @throws KeytrailError `bad_object`, after everything readable: the object can't be read to its end, and what it
   * breaks off in was yielded as rejected. Other errors of `bytes` pass through.
   */
  parse(bytes: AsyncIterable<Buffer>, origin: ObjectOrigin): AsyncIterable<Parsed[]>;
}

export const parsers: Readonly<Record<LogName, LogParser>> = {
  cloudtrail: { log: 'cloudtrail', parse: parseCloudTrail },
  vpcflow: { log: 'vpcflow', parse: parseVpcFlow },
};
