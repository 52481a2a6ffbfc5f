import {
  DescribeParametersCommand,
  GetParameterCommand,
  type ParameterMetadata,
  PutParameterCommand,
  paginateGetParameterHistory,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { KeytrailError, reasonOf } from '../../errors.js';
import { askQuietly, awsErrorName } from './secrecy.js';
import type { HeldPair, Inspection, KeyPair, Prior, Target } from './target.js';

export interface ParameterPlace {
  region: string;
  idName: string;
  secretName: string;
}

/** Two parameters, of which the secret's is a SecureString. */
export class ParameterTarget implements Target {
  readonly id: string;
  readonly call = 'ssm:PutParameter';
  readonly undo = 'ssm:PutParameter with the values before, from ssm:GetParameterHistory';

  constructor(
    private readonly client: SSMClient,
    private readonly place: ParameterPlace,
  ) {
    this.id = `ssm:${place.region}/${place.idName},${place.secretName}`;
  }

  async inspect(): Promise<Inspection> {
    const { secretName, region } = this.place;
    const { Type } = await this.describe(secretName);
    if (Type !== 'SecureString')
      throw new KeytrailError('usage', `the parameter ${secretName} in ${region} is a ${Type}, not a SecureString`, {
        hint: 'Parameter Store does not change a type: make a SecureString, and have the application read that.',
      });
    const { accessKeyId } = await this.read();
    return { heldKeyId: accessKeyId, notes: ['Between its two writes an application may read an unequal pair.'] };
  }

  async read(): Promise<HeldPair> {
    const { idName, secretName } = this.place;
    const [id, secret] = [await this.get(idName), await this.get(secretName)];
    return { accessKeyId: id.value, secretAccessKey: secret.value };
  }

  async prior(): Promise<Prior> {
    const { idName, secretName } = this.place;
    const [id, secret] = [await this.get(idName), await this.get(secretName)];
    return { idVersion: id.version, secretVersion: secret.version };
  }

  async write(pair: KeyPair): Promise<void> {
    const { idName, secretName } = this.place;
    const before = await this.get(secretName);
    await this.put(secretName, pair.secretAccessKey);
    try {
      await this.put(idName, pair.accessKeyId);
    } catch (error) {
      // Half a pair is worse than the old one.
      await this.put(secretName, before.value ?? '').catch((second: unknown) => {
        throw new KeytrailError(
          'aws_failed',
          `${reasonOf(error)}; and ${secretName} could not be put back: ${reasonOf(second)}`,
          {
            hint: `Give the responder ssm:PutParameter on ${idName} and ${secretName}, then run the same command again at once.`,
          },
        );
      });
      throw error;
    }
  }

  async restore(prior: Prior): Promise<void> {
    const { idName, secretName } = this.place;
    const [id, secret] = [
      await this.valueAt(idName, prior.idVersion ?? ''),
      await this.valueAt(secretName, prior.secretVersion ?? ''),
    ];
    await this.put(secretName, secret);
    await this.put(idName, id);
  }

  private async valueAt(name: string, version: string): Promise<string> {
    const found = await askQuietly('ssm:GetParameterHistory', [], async () => {
      const pages = paginateGetParameterHistory({ client: this.client }, { Name: name, WithDecryption: true });
      for await (const page of pages)
        for (const one of page.Parameters ?? []) if (String(one.Version) === version) return one.Value;
      return undefined;
    });
    if (found !== undefined) return found;
    throw new KeytrailError('state_changed', `the parameter ${name} has no version ${version} any more`, {
      hint: 'Set it by hand.',
    });
  }

  private async get(name: string): Promise<{ value: string | null; version: string }> {
    const { Parameter } = await this.ofParameter(name, 'ssm:GetParameter', [], () =>
      this.client.send(new GetParameterCommand({ Name: name, WithDecryption: true })),
    );
    return { value: Parameter?.Value ?? null, version: String(Parameter?.Version ?? '') };
  }

  private async describe(name: string): Promise<ParameterMetadata> {
    const { Parameters } = await askQuietly('ssm:DescribeParameters', [], () =>
      this.client.send(
        new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }] }),
      ),
    );
    const [found] = Parameters ?? [];
    if (found === undefined) throw this.absent(name);
    return found;
  }

  /** With the type, key and tier that it has: what is left out becomes the default of Systems Manager. */
  private async put(name: string, Value: string): Promise<void> {
    const { Type, KeyId, Tier } = await this.describe(name);
    await this.ofParameter(name, this.call, [Value], () =>
      this.client.send(new PutParameterCommand({ Name: name, Value, Type, KeyId, Tier, Overwrite: true })),
    );
  }

  private async ofParameter<T>(
    name: string,
    permission: string,
    secrets: readonly string[],
    request: () => Promise<T>,
  ): Promise<T> {
    try {
      return await askQuietly(permission, secrets, request);
    } catch (error) {
      throw awsErrorName(error) === 'ParameterNotFound' ? this.absent(name) : error;
    }
  }

  private absent(name: string): KeytrailError {
    return new KeytrailError('usage', `there is no parameter ${name} in ${this.place.region}`, {
      hint: 'Give --to ssm:REGION/ID-PARAMETER,SECRET-PARAMETER as the application reads them.',
    });
  }
}
