import { type Contract, positionIn } from '../../model/contract.js';
import { arnPattern, maxArnLength } from '../../model/derive.js';
import type { LogName } from '../../model/event.js';
import { intsPerSlice, type Slices, sliceKinds } from '../../model/slices.js';
import type { Bytes } from './bytes.js';
import type { Put } from './sliced-values.js';
import { Unusual } from './sliced-values.js';

/** Computed fields, by the contract's name for them: what src/model/derive.ts makes of a record. */
export type Derived = Readonly<Record<string, Put>>;

const { null: nothing, escaped } = sliceKinds;
const quote = 0x22;
const [openBracket, closeBracket, comma] = [0x5b, 0x5d, 0x2c];

const success = Buffer.from('"success"');
const failure = Buffer.from('"failure"');
const insight = Buffer.from('AwsCloudTrailInsight');
/** The same in JSON; accounts and Regions are. */
const plainName = /^[\w-]{1,64}$/;
const stem = 'arn:aws';
const pattern = new RegExp(arnPattern, 'g');

/** The spot of a slice that is no empty text, or -1. */
function filled({ spots, at }: Slices, position: number): number {
  const spot = at + position * intsPerSlice;
  return spots[spot + 2]! > nothing && spots[spot]! < spots[spot + 1]! ? spot : -1;
}

function putSlice({ bytes, spots }: Slices, spot: number, out: Bytes): boolean {
  if (spot < 0) return false;
  out.byte(quote);
  out.copy(bytes, spots[spot]!, spots[spot + 1]!);
  out.byte(quote);
  return true;
}

function ofCloudTrail(contract: Contract): Derived {
  const place = (raw: string): number => positionIn(contract, raw);
  const accounts = [place('recipientAccountId'), place('userIdentity.accountId')];
  const [eventType, errorCode] = [place('eventType'), place('errorCode')];
  const parameters = place('requestParameters');
  const lists = contract.fields.filter(({ raw }) => raw.includes('[]'));
  const arn = lists.findIndex(({ raw }) => raw === 'resources[].ARN');
  const found = new Set<string>();

  return {
    account: (_event, slices, out) => {
      for (const position of accounts) {
        if (putSlice(slices, filled(slices, position), out)) return true;
      }
      return false;
    },
    outcome: (_event, slices, out) => {
      const { bytes, spots } = slices;
      const spot = filled(slices, eventType);
      if (spot >= 0 && bytes.compare(insight, 0, insight.length, spots[spot]!, spots[spot + 1]!) === 0) return false;
      out.put(filled(slices, errorCode) >= 0 ? failure : success);
      return true;
    },
    arns: (_event, slices, out) => {
      const { bytes, spots, items, at } = slices;
      found.clear();
      for (let i = 0; i < items; i++) {
        const spot = at + (contract.fields.length + i * lists.length + arn) * intsPerSlice;
        const kind = spots[spot + 2]!;
        // As a text its backslashes would be counted, too.
        if (kind === escaped) throw new Unusual();
        if (kind > nothing && spots[spot]! < spots[spot + 1]!)
          found.add(bytes.toString('latin1', spots[spot]!, spots[spot + 1]!));
      }
      const spot = filled(slices, parameters);
      if (spot >= 0) {
        const json = bytes.toString('latin1', spots[spot]!, spots[spot + 1]!);
        if (json.includes(stem)) for (const [arn] of json.matchAll(pattern)) found.add(arn);
      }
      out.byte(openBracket);
      let any = false;
      for (const arn of found) {
        if (arn.length > maxArnLength) continue;
        any = true;
        out.byte(quote);
        out.text(arn);
        out.byte(quote);
        out.byte(comma);
      }
      if (any) out.buffer[out.length - 1] = closeBracket;
      return any;
    },
  };
}

/** Those of a log; undefined where they need its records. */
export const derivedOf = (contract: Contract): Derived | undefined => byLog[contract.log]?.(contract);

function ofFlows(contract: Contract): Derived {
  const first =
    (origin: 'account' | 'region', raw: string): Put =>
    (_event, slices, out) => {
      const given = slices.origin?.[origin];
      if (given) {
        if (!plainName.test(given)) throw new Unusual();
        out.byte(quote);
        out.text(given);
        out.byte(quote);
        return true;
      }
      return putSlice(slices, filled(slices, positionIn(contract, raw)), out);
    };
  return { account: first('account', 'account-id'), region: first('region', 'region') };
}

const byLog: Partial<Record<LogName, (contract: Contract) => Derived>> = {
  cloudtrail: ofCloudTrail,
  vpcflow: ofFlows,
};
