import { type Random, randomOf } from './random.js';
import { type Call, type Caller, type CloudTrailRecord, type Place, recordOf, refusalOf } from './record.js';

/** A call whose answers are known: those of the leaked key, of what it led to, and sign-ins. */
export interface PlannedEvent {
  /** Seconds since 1970. */
  time: number;
  record: CloudTrailRecord;
  /** Every ARN that the record's resources and request parameters were given. */
  arns: readonly string[];
}

export interface PlannedCall extends Call {
  /** ARNs put into the request parameters; those of `resources` are known anyway. */
  arns?: readonly string[];
}

/** Collects planned calls. Each story draws from its own random numbers. */
export class Story {
  readonly events: PlannedEvent[] = [];
  readonly random: Random;

  constructor(
    readonly seed: number,
    title: string,
  ) {
    this.random = randomOf(seed, 'story', title);
  }

  tell(place: Place, caller: Caller, { arns, ...call }: PlannedCall): void {
    this.events.push({
      time: place.time,
      record: recordOf(place, caller, call, this.random),
      arns: [...new Set([...(call.resources ?? []).map((resource) => resource.ARN), ...(arns ?? [])])],
    });
  }

  /** The call is refused: the caller lacks the permission. */
  refuse(place: Place, caller: Caller, call: PlannedCall, resource?: string): void {
    this.tell(place, caller, {
      ...call,
      error: refusalOf(call.service, call.name, caller.identity.arn ?? 'anonymous', resource),
    });
  }
}
