import { shellWord } from '../model/shell.js';
import { createdKeys } from './credentials.js';
import { clientsOf, isMarked, ownerOf, text } from './findings.js';
import type { Investigation, NextStep } from './investigation.js';

/** Keys, addresses and users are whatever a log says: no more of them than are looked at. */
const most = { keys: 5, addresses: 3 };

const isKeyId = (id: string): boolean => /^[A-Z0-9]{16,128}$/.test(id);

/** Containment acts on long-term keys: of a session, on the key at the top of the chain that issued it. */
export function topOf({ keyId, issuers }: Investigation): string | null {
  const ids = [keyId, ...issuers.map(({ accessKeyId }) => accessKeyId)];
  return ids.findLast((id) => id?.startsWith('AKIA') && isKeyId(id)) ?? null;
}

/** Where there is nothing to plan on, what ends the session. */
const revoke: NextStep = {
  text: 'A temporary key ends with its role or user: revoke the sessions of the role that it belongs to.',
  command: null,
};

function containment(investigation: Investigation, top: string): NextStep[] {
  const store = shellWord(investigation.store);
  const ofTop = top === investigation.keyId ? '' : ` of ${top}, from which this session came`;
  return [
    {
      text: `Plan the containment${ofTop}: nothing changes before it is applied.`,
      command: `keytrail contain plan ${top} --store ${store} --out plan-${top}.json`,
    },
    {
      text: 'Apply it when you have read it. It can be undone.',
      command: `keytrail contain apply --plan plan-${top}.json`,
    },
  ];
}

function afterwards(investigation: Investigation, top: string | null): NextStep[] {
  const { keyId } = investigation;
  const store = shellWord(investigation.store);
  const made = createdKeys(investigation.closure)
    .map(({ accessKeyId }) => accessKeyId)
    .filter((id) => id !== keyId && isKeyId(id));
  const addresses = clientsOf(investigation)
    .filter(isMarked)
    .map(({ address }) => address)
    .filter((address) => /^[\d.]{7,15}$|^[0-9a-fA-F:]{3,39}$/.test(address));
  const owner = ownerOf(investigation);
  const user = owner && text(owner.row, 'principal_type') === 'IAMUser' ? text(owner.row, 'user_name') : '';
  return [
    ...made.slice(0, most.keys).map((id) => ({
      text: `${id} was made with these credentials and does not expire: investigate and contain it as well.`,
      command: `keytrail investigate ${id} --store ${store} --out report-${id}.html`,
    })),
    ...addresses.slice(0, most.addresses).map((address) => ({
      text: `Ask which other principals and keys called from ${address}.`,
      command: `keytrail query run ip-pivot --param ip=${address} --store ${store}`,
    })),
    ...(top === null
      ? []
      : [
          {
            text: 'See that the containment holds, in the account and in the logs that came since.',
            command: `keytrail contain verify --plan plan-${top}.json --store ${store}`,
          },
        ]),
    ...(user === '' || top === null
      ? []
      : [
          {
            text: 'Give the applications a new key, and then let the old one go.',
            command: `keytrail contain rotate ${top} --to …`,
          },
        ]),
    { text: 'Close what would make the next leak worse.', command: 'keytrail harden' },
  ];
}

/** What to do, the first things first, with the exact commands. */
export function nextSteps(investigation: Investigation): NextStep[] {
  const { keyId, verdict } = investigation;
  const store = shellWord(investigation.store);
  const top = topOf(investigation);
  const clients: NextStep = {
    text: 'Match each client with an application; what nobody owns is the intruder.',
    command: `keytrail query run key-clients --key ${keyId} --closure --store ${store}`,
  };
  const contain = top === null ? [revoke] : containment(investigation, top);
  if (verdict.level === 'abused') return [...contain, clients, ...afterwards(investigation, top)];
  if (verdict.level === 'used') return [clients, ...contain];
  return [
    {
      text: 'Ingest the logs of the account and the days in question, then investigate again.',
      command: `keytrail ingest s3://BUCKET/PREFIX --store ${store}`,
    },
  ];
}
