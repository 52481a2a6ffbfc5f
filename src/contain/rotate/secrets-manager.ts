import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { KeytrailError } from '../../errors.js';
import { parseExact, writeExact } from '../../model/exact-json.js';
import { askQuietly } from './secrecy.js';
import type { HeldPair, Inspection, KeyPair, Prior, Target } from './target.js';

export interface SecretPlace {
  region: string;
  /** Name or ARN. */
  name: string;
  idMember: string;
  secretMember: string;
  /** False: the members are keytrail's guess, and must be there. */
  named: boolean;
}

/** Members of a secret that is a JSON object. */
export class SecretTarget implements Target {
  readonly id: string;
  readonly call = 'secretsmanager:PutSecretValue';
  readonly undo = 'secretsmanager:UpdateSecretVersionStage to the version before';

  constructor(
    private readonly client: SecretsManagerClient,
    private readonly place: SecretPlace,
  ) {
    const { region, name, idMember, secretMember } = place;
    this.id = `secretsmanager:${region}/${name}#${idMember},${secretMember}`;
  }

  async inspect(): Promise<Inspection> {
    const { members } = await this.current();
    const { idMember, named } = this.place;
    const heldKeyId = textOf(members[idMember]);
    if (heldKeyId === null && !named)
      throw this.unfit(`has no member ${idMember}`, 'Name its members: --to secretsmanager:REGION/NAME#ID,SECRET.');
    return { heldKeyId, notes: [] };
  }

  async read(): Promise<HeldPair> {
    const { members } = await this.current();
    const { idMember, secretMember } = this.place;
    return { accessKeyId: textOf(members[idMember]), secretAccessKey: textOf(members[secretMember]) };
  }

  async prior(): Promise<Prior> {
    return { version: (await this.current()).version };
  }

  async write(pair: KeyPair): Promise<void> {
    const { members } = await this.current();
    const { idMember, secretMember, name } = this.place;
    members[idMember] = pair.accessKeyId;
    members[secretMember] = pair.secretAccessKey;
    const SecretString = writeExact(members);
    const secrets = [SecretString, ...Object.values(members).filter((value) => typeof value === 'string')];
    await askQuietly(this.call, secrets, () =>
      this.client.send(new PutSecretValueCommand({ SecretId: name, SecretString })),
    );
  }

  async restore(prior: Prior): Promise<void> {
    const { version } = await this.current();
    await askQuietly('secretsmanager:UpdateSecretVersionStage', [], () =>
      this.client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: this.place.name,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: prior.version,
          RemoveFromVersionId: version,
        }),
      ),
    );
  }

  private async current(): Promise<{ members: Record<string, unknown>; version: string }> {
    const answer = await askQuietly('secretsmanager:GetSecretValue', [], () =>
      this.client.send(new GetSecretValueCommand({ SecretId: this.place.name, VersionStage: 'AWSCURRENT' })),
    );
    const members = objectOf(answer.SecretString);
    if (members === null)
      throw this.unfit('is no JSON object', 'Make it one such as {"accessKeyId": "…", "secretAccessKey": "…"}.');
    return { members, version: answer.VersionId ?? '' };
  }

  private unfit(what: string, hint: string): KeytrailError {
    return new KeytrailError('usage', `the secret ${this.place.name} in ${this.place.region} ${what}`, { hint });
  }
}

function objectOf(text: string | undefined): Record<string, unknown> | null {
  try {
    // First by what refuses text that is no JSON; then without the loss of long numbers.
    JSON.parse(text ?? '');
    const value = parseExact(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch (error) {
    // Its message would repeat a part of the secret.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
