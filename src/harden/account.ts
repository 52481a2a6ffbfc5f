import { DescribeTrailsCommand, type Trail } from '@aws-sdk/client-cloudtrail';
import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  paginateListAccessKeys,
  paginateListUsers,
  type User,
} from '@aws-sdk/client-iam';
import { type Authorization, collectAuthorization } from '../contain/account/authorization.js';
import { collected } from '../contain/account/paging.js';
import type { HardenClients } from './clients.js';
import { gathered, noSuchEntity, read, readIfThere } from './read.js';

/** An active access key of a user. */
export interface ActiveKey {
  userName: string;
  id: string;
  created: Date;
  /** Null: never. */
  lastUsed: Date | null;
}

export interface AccountOptions {
  clients: HardenClients;
  accountId: string;
  regions: readonly string[];
  now: Date;
  /** Days after which an access key is old. */
  maxKeyAge: number;
  /** Days without use after which it is unused. */
  unused: number;
  /** Access keys whose use must raise an alarm. */
  keyIds: readonly string[];
}

/** An account under examination: what several checks need is read once. Every read throws `Unreadable`. */
export class Account {
  readonly users = once(() => this.#readUsers());
  readonly activeKeys = once(() => this.#readActiveKeys());
  readonly authorization = once(() => this.#readAuthorization());
  readonly trails = once(() => this.#readTrails());

  constructor(readonly options: AccountOptions) {}

  get clients(): HardenClients {
    return this.options.clients;
  }

  get accountId(): string {
    return this.options.accountId;
  }

  /** Whole days since a time. */
  daysSince(time: Date): number {
    return Math.floor((this.options.now.getTime() - time.getTime()) / 86_400_000);
  }

  async #readUsers(): Promise<User[]> {
    const users = await read('iam:ListUsers', () =>
      collected(paginateListUsers({ client: this.clients.iam }, {}), ({ Users }) => Users),
    );
    return users.sort((a, b) => ((a.UserName ?? '') < (b.UserName ?? '') ? -1 : 1));
  }

  async #readActiveKeys(): Promise<ActiveKey[]> {
    const { iam } = this.clients;
    const keys = await gathered(await this.users(), async ({ UserName }) =>
      readIfThere('iam:ListAccessKeys', noSuchEntity, () =>
        collected(paginateListAccessKeys({ client: iam }, { UserName }), ({ AccessKeyMetadata }) => AccessKeyMetadata),
      ),
    );
    const active = keys.flatMap((some) => some ?? []).filter(({ Status }) => Status === 'Active');
    return gathered(active, (key) => this.#withUse(key));
  }

  async #withUse({ UserName = '', AccessKeyId = '', CreateDate }: AccessKeyMetadata): Promise<ActiveKey> {
    const { iam } = this.clients;
    const answer = await readIfThere('iam:GetAccessKeyLastUsed', noSuchEntity, () =>
      iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })),
    );
    return {
      userName: UserName,
      id: AccessKeyId,
      created: CreateDate ?? this.options.now,
      lastUsed: answer?.AccessKeyLastUsed?.LastUsedDate ?? null,
    };
  }

  #readAuthorization(): Promise<Authorization> {
    return read('iam:GetAccountAuthorizationDetails', () => collectAuthorization(this.clients.iam));
  }

  /** The first Region shows the multi-Region trails of all others (DescribeTrails: shadow trails). */
  async #readTrails(): Promise<Trail[]> {
    const { cloudTrail } = this.clients.in(this.options.regions[0]!);
    const { trailList = [] } = await read('cloudtrail:DescribeTrails', () =>
      cloudTrail.send(new DescribeTrailsCommand({ includeShadowTrails: true })),
    );
    return trailList
      .filter(({ IsMultiRegionTrail }) => IsMultiRegionTrail)
      .sort((a, b) => ((a.TrailARN ?? '') < (b.TrailARN ?? '') ? -1 : 1));
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
