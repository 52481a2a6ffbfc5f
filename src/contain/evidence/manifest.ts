import { createHash } from 'node:crypto';
import { Ajv } from 'ajv';
import { KeytrailError } from '../../errors.js';
import { compareText } from '../../model/cell.js';
import { jsonText } from '../../model/json-text.js';

export const manifestName = 'manifest.json';
export const manifestHashName = 'manifest.json.sha256';

/** `denied`: for want of a permission; `failed`; `not-asked`: it needs more than was given; `cut`: had only in part. */
export type MissingKind = 'denied' | 'failed' | 'not-asked' | 'cut';

/** What could not be had. */
export interface Missing {
  /** The file that lacks it, or would hold it. */
  piece: string;
  /** Of a piece that is there without this: the name or ARN of what it lacks. */
  what: string | null;
  kind: MissingKind;
  /** The IAM action that was needed, where AWS was asked. */
  permission: string | null;
  reason: string;
}

export interface EvidenceFile {
  /** Below the folder or prefix, with `/`. */
  name: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
}

/** What was collected, and what was not. Times are ISO 8601 UTC; lists are sorted. */
export interface Manifest {
  /** Of this format. */
  version: 1;
  keytrail: string;
  keyId: string | null;
  /** ARN of whom the files under principal/ are about; null where not known. */
  principal: string | null;
  account: string;
  caller: { arn: string; userId: string };
  /** When collecting began. */
  collectedAt: string;
  finishedAt: string;
  /** Whose answers lie under answers/; null where no logs were asked. */
  store: string | null;
  files: EvidenceFile[];
  missing: Missing[];
}

export const sha256Of = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

/** Lists sorted, so that equal contents give equal bytes. */
export function formatManifest(manifest: Manifest): string {
  const files = [...manifest.files].sort((a, b) => compareText(a.name, b.name));
  const missing = [...manifest.missing].sort(
    (a, b) => compareText(a.piece, b.piece) || compareText(a.what ?? '', b.what ?? ''),
  );
  return `${jsonText({ ...manifest, files, missing }, 2)}\n`;
}

/** As `sha256sum -c` reads it. */
export const formatHash = (sha256: string): string => `${sha256}  ${manifestName}\n`;

/**
 * Names of files are keytrail's own, never an account's: a policy may be called `../../.ssh/authorized_keys`.
 * Device names of Windows have no place among them, and need no mention.
 */
const safeName = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*(\.[a-z0-9]+)+$/;

function isSafeName(name: string): boolean {
  return name.length <= 200 && safeName.test(name);
}

/** Throws `internal`: a sink writes nothing else. */
export function checkName(name: string): void {
  if (!isSafeName(name))
    throw new KeytrailError('internal', `${JSON.stringify(name)} is no name for a piece of evidence`);
}

const text = { type: 'string' };
const orNull = { type: ['string', 'null'] };
const record = (properties: Record<string, unknown>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const isManifest = new Ajv({ allowUnionTypes: true }).compile<Manifest>(
  record({
    version: { const: 1 },
    keytrail: text,
    keyId: { type: ['string', 'null'] },
    principal: orNull,
    account: text,
    caller: record({ arn: text, userId: text }),
    collectedAt: text,
    finishedAt: text,
    store: orNull,
    files: {
      type: 'array',
      items: record({ name: text, bytes: { type: 'integer' }, sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
    },
    missing: {
      type: 'array',
      items: record({ piece: text, what: orNull, kind: text, permission: orNull, reason: text }),
    },
  }),
);

/** Null where the text is no manifest, or names a file outside its folder. */
export function parseManifest(content: string): Manifest | null {
  try {
    const manifest: unknown = JSON.parse(content);
    return isManifest(manifest) && manifest.files.every(({ name }) => isSafeName(name)) ? manifest : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
