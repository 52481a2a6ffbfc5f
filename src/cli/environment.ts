/** Every variable of keytrail's own that it reads, in one list: the reference is made of it, and a test holds it whole. */
export const environment: readonly { name: string; meaning: string; secret?: true }[] = [
  { name: 'KEYTRAIL_STORE', meaning: 'the store where no `--store` is given' },
  {
    name: 'KEYTRAIL_SOURCE',
    meaning: 'of the Lambda function: where the logs are that its queue may name, `s3://BUCKET/PREFIX`',
  },
  { name: 'KEYTRAIL_OPENSEARCH_USERNAME', meaning: 'user of the OpenSearch cluster' },
  { name: 'KEYTRAIL_OPENSEARCH_PASSWORD', meaning: 'password of that user', secret: true },
  { name: 'KEYTRAIL_OPENSEARCH_CA', meaning: 'PEM file of certificates to trust, where no `--ca` is given' },
  { name: 'KEYTRAIL_DASHBOARDS_USERNAME', meaning: "user of OpenSearch Dashboards, where it is not the cluster's" },
  { name: 'KEYTRAIL_DASHBOARDS_PASSWORD', meaning: 'password of that user', secret: true },
  { name: 'KEYTRAIL_TRINO_USER', meaning: 'user of Trino' },
  { name: 'KEYTRAIL_TRINO_PASSWORD', meaning: 'password of that user', secret: true },
  { name: 'KEYTRAIL_TRINO_CA', meaning: 'as `KEYTRAIL_OPENSEARCH_CA`, of Trino' },
  { name: 'KEYTRAIL_PROTECT', meaning: 'ARNs or names, separated by commas, that containment never touches' },
  { name: 'KEYTRAIL_WEBHOOK_URL', meaning: 'the webhook of `watch --notify webhook`', secret: true },
  { name: 'KEYTRAIL_COUNTRY_DB', meaning: 'database of countries by address, in MaxMind’s format' },
  { name: 'KEYTRAIL_ASN_DB', meaning: 'database of autonomous systems by address, in MaxMind’s format' },
  { name: 'KEYTRAIL_DEBUG', meaning: 'with any value: the stack of an error, for a report of a fault' },
];
