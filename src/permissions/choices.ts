import { KeytrailError } from '../errors.js';

/** What the policies of commands are about. What is absent stands in them as a word in capital letters. */
export interface Choices {
  /** `aws` unless given. */
  partition?: string;
  /** 12 digits. */
  account?: string;
  region?: string;
  /** Where the logs are. */
  bucket?: string;
  /** ARN of the KMS key that encrypts them, and what else is encrypted. Absent: no statement about keys. */
  kmsKey?: string;
  /** Where Athena puts results. */
  results?: string;
  /** Names, not ARNs. */
  queue?: string;
  topic?: string;
  secret?: string;
  domain?: string;
  workgroup?: string;
  database?: string;
  /** Id of a collection of OpenSearch Serverless. */
  collection?: string;
}

const shapes: Record<keyof Choices, [pattern: RegExp, what: string]> = {
  partition: [/^aws(-[a-z]+)*$/, 'is no partition: aws, aws-cn or aws-us-gov'],
  account: [/^\d{12}$/, 'is no account: 12 digits'],
  region: [/^[a-z]{2}(-[a-z]+)+-\d+$/, 'is no Region, such as eu-west-1'],
  bucket: [/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is no name of a bucket, without s3://'],
  kmsKey: [/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'is no ARN of a KMS key (not of an alias)'],
  results: [/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is no name of a bucket, without s3://'],
  queue: [/^[\w-]{1,80}(\.fifo)?$/, 'is no name of a queue, without its URL'],
  topic: [/^[\w-]{1,256}(\.fifo)?$/, 'is no name of a topic, without its ARN'],
  secret: [/^[\w/+=.@-]{1,512}$/, 'is no name of a secret, without its ARN'],
  domain: [/^[a-z][a-z0-9-]{2,27}$/, 'is no name of a domain'],
  workgroup: [/^[\w.-]{1,128}$/, 'is no name of a workgroup'],
  database: [/^[a-z0-9_]{1,255}$/, 'is no name of a database'],
  collection: [/^[a-z0-9]{3,40}$/, 'is no id of a collection'],
};

const choiceNames = Object.keys(shapes) as (keyof Choices)[];

/** Makes the ARNs that a policy names, and remembers which words somebody has still to fill in. */
export class Places {
  readonly missing = new Set<string>();

  /** Throws `bad_parameter` for what names nothing. */
  constructor(private readonly choices: Choices) {
    for (const name of choiceNames) {
      const value = choices[name];
      const [pattern, what] = shapes[name];
      if (value !== undefined && !pattern.test(value))
        throw new KeytrailError('bad_parameter', `${JSON.stringify(value.slice(0, 256))} ${what}`, {
          hint: 'A wildcard there would give more than the command needs.',
        });
    }
  }

  get kmsKey(): string | undefined {
    return this.choices.kmsKey;
  }

  private word(name: keyof Choices): string {
    const value = this.choices[name];
    if (value !== undefined) return value;
    this.missing.add(name.toUpperCase());
    return name.toUpperCase();
  }

  private get partition(): string {
    return this.choices.partition ?? 'aws';
  }

  bucket(name: 'bucket' | 'results'): string {
    return `arn:${this.partition}:s3:::${this.word(name)}`;
  }

  /** Of a service in the Region and account. `before` and `after` stand around the chosen name. */
  regional(service: string, before: string, name?: keyof Choices, after = ''): string {
    const resource = `${before}${name === undefined ? '' : this.word(name)}${after}`;
    return `arn:${this.partition}:${service}:${this.word('region')}:${this.word('account')}:${resource}`;
  }

  /** The name that a service has in the Region where it calls KMS for somebody. */
  via(service: string): string {
    const domain = this.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    return `${service}.${this.word('region')}.${domain}`;
  }

  /** Athena's tables stand in the Glue catalog of the account. */
  catalog(): string[] {
    return [
      this.regional('glue', 'catalog'),
      this.regional('glue', 'database/', 'database'),
      this.regional('glue', 'table/', 'database', '/*'),
    ];
  }
}
