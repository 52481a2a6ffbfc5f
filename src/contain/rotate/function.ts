import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { KeytrailError } from '../../errors.js';
import { askQuietly, awsErrorName } from './secrecy.js';
import type { HeldPair, Inspection, KeyPair, Prior, Target } from './target.js';
import { wait } from './wait.js';

export interface FunctionPlace {
  region: string;
  /** Name or ARN. */
  name: string;
  idVariable: string;
  secretVariable: string;
  /** False: the variables are keytrail's guess, and must be there. */
  named: boolean;
}

export interface Patience {
  delays: readonly number[];
  signal?: AbortSignal | undefined;
}

/** Variables of a function's environment. */
export class FunctionTarget implements Target {
  readonly id: string;
  readonly call = 'lambda:UpdateFunctionConfiguration';
  /** Its old secret was in the environment that is written over, and nowhere else. */
  readonly undo = null;

  constructor(
    private readonly client: LambdaClient,
    private readonly place: FunctionPlace,
    private readonly patience: Patience,
  ) {
    const { region, name, idVariable, secretVariable } = place;
    this.id = `lambda:${region}/${name}#${idVariable},${secretVariable}`;
  }

  async inspect(): Promise<Inspection> {
    const { idVariable, named, name, region } = this.place;
    const heldKeyId = variablesOf(await this.current())[idVariable] ?? null;
    if (heldKeyId === null && !named)
      throw new KeytrailError('usage', `the function ${name} in ${region} has no variable ${idVariable}`, {
        hint: 'Name its variables: --to lambda:REGION/FUNCTION#ID,SECRET.',
      });
    return {
      heldKeyId,
      notes: ['Published versions keep their environment: publish a new one if an alias names one.'],
    };
  }

  async read(): Promise<HeldPair> {
    const variables = variablesOf(await this.current());
    const { idVariable, secretVariable } = this.place;
    return { accessKeyId: variables[idVariable] ?? null, secretAccessKey: variables[secretVariable] ?? null };
  }

  async prior(): Promise<Prior> {
    return { revision: (await this.current()).RevisionId ?? '' };
  }

  /** Someone may change the function at the same time: then it is read again, so that nothing of theirs is lost. */
  async write(pair: KeyPair): Promise<void> {
    const { delays, signal } = this.patience;
    for (const delay of delays) {
      try {
        await this.update(pair);
        await this.settled();
        return;
      } catch (error) {
        if (!passing.has(awsErrorName(error))) throw error;
        await wait(delay, signal);
      }
    }
    await this.update(pair);
    await this.settled();
  }

  async restore(): Promise<void> {
    throw new KeytrailError('internal', `${this.id} can't be restored`);
  }

  private async update(pair: KeyPair): Promise<void> {
    const { name, idVariable, secretVariable } = this.place;
    const current = await this.current();
    const Variables = {
      ...variablesOf(current),
      [idVariable]: pair.accessKeyId,
      [secretVariable]: pair.secretAccessKey,
    };
    await askQuietly(this.call, Object.values(Variables), () =>
      this.client.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: name,
          Environment: { Variables },
          RevisionId: current.RevisionId,
        }),
      ),
    );
  }

  /** Until the function runs with it ("Lambda function states"). */
  private async settled(): Promise<void> {
    const { delays, signal } = this.patience;
    for (const delay of [...delays, 0]) {
      const { LastUpdateStatus, LastUpdateStatusReason } = await this.current();
      if (LastUpdateStatus === 'Failed')
        throw new KeytrailError('aws_failed', `${this.call}: the update failed: ${LastUpdateStatusReason ?? ''}`, {
          hint: 'Mend what Lambda names, then run the same command again.',
        });
      if (LastUpdateStatus !== 'InProgress') return;
      await wait(delay, signal);
    }
    throw new KeytrailError('aws_failed', `${this.call}: the update of ${this.place.name} is still in progress`, {
      hint: 'Run the same command again.',
    });
  }

  private async current(): Promise<FunctionConfiguration> {
    const { name, region } = this.place;
    const found = await askQuietly('lambda:GetFunctionConfiguration', [], () =>
      this.client.send(new GetFunctionConfigurationCommand({ FunctionName: name })),
    );
    const fault = found.Environment?.Error;
    // Writing would take away the variables that can't be read.
    if (fault !== undefined)
      throw new KeytrailError(
        'usage',
        `the environment of ${name} in ${region} can't be read: ${fault.ErrorCode ?? ''}`,
        {
          hint: 'Give the responder kms:Decrypt on the function’s key.',
        },
      );
    return found;
  }
}

/** Another update under way, or another revision since it was read. */
const passing: ReadonlySet<string> = new Set(['PreconditionFailedException', 'ResourceConflictException']);

const variablesOf = (found: FunctionConfiguration): Record<string, string> => found.Environment?.Variables ?? {};
