interface Variable {
  name: string;
  meaning: string;
  secret?: true;
}

/** The variables by which src/cli/secrets.ts knows who one is for a server. */
const loginOf = (prefix: string, server: string, user = 'USERNAME'): Variable[] => [
  { name: `${prefix}_${user}`, meaning: `user of ${server}` },
  { name: `${prefix}_PASSWORD`, meaning: 'password of that user', secret: true },
  { name: `${prefix}_PASSWORD_FILE`, meaning: 'a file that holds the password instead' },
  { name: `${prefix}_SECRET`, meaning: 'a secret of AWS Secrets Manager that holds both, by name or ARN' },
];

/** Every variable of keytrail's own that it reads, in one list: the reference is made of it, and a test holds it whole. */
export const environment: readonly Variable[] = [
  { name: 'KEYTRAIL_STORE', meaning: 'the store where no `--store` is given' },
  {
    name: 'KEYTRAIL_SOURCE',
    meaning: 'of the Lambda function: where the logs are that its queue may name, `s3://BUCKET/PREFIX`',
  },
  ...loginOf('KEYTRAIL_OPENSEARCH', 'the OpenSearch cluster'),
  { name: 'KEYTRAIL_OPENSEARCH_CA', meaning: 'PEM file of certificates to trust, where no `--ca` is given' },
  ...loginOf('KEYTRAIL_DASHBOARDS', "OpenSearch Dashboards, where it is not the cluster's"),
  ...loginOf('KEYTRAIL_TRINO', 'Trino', 'USER'),
  { name: 'KEYTRAIL_TRINO_CA', meaning: 'as `KEYTRAIL_OPENSEARCH_CA`, of Trino' },
  { name: 'KEYTRAIL_PROTECT', meaning: 'ARNs or names, separated by commas, that containment never touches' },
  { name: 'KEYTRAIL_WEBHOOK_URL', meaning: 'the webhook of `watch --notify webhook`', secret: true },
  { name: 'KEYTRAIL_WEBHOOK_URL_FILE', meaning: 'a file that holds that address instead' },
  { name: 'KEYTRAIL_COUNTRY_DB', meaning: 'database of countries by address, in MaxMind’s format' },
  { name: 'KEYTRAIL_ASN_DB', meaning: 'database of autonomous systems by address, in MaxMind’s format' },
  { name: 'KEYTRAIL_DEBUG', meaning: 'with any value: the stack of an error, for a report of a fault' },
];
