import { MB } from './inputs.mjs';

/** `bytes`: of each object, inflated. All objects of a case are read at once. */
export function casesOf(quick) {
  const large = quick ? 200 * MB : 2000 * MB;
  const each = quick ? 12 * MB : 25 * MB;
  const one = { objects: 1, limit: 300 };
  const many = { objects: 16, limit: 400 };
  const size = (bytes) => (bytes >= 1000 * MB ? `${bytes / MB / 1000} GB` : `${bytes / MB} MB`);
  return [
    {
      ...one,
      name: `CloudTrail, ${size(large)} on a line, into DuckDB`,
      writer: 'cloudtrail',
      bytes: large,
      store: 'duckdb',
    },
    {
      ...many,
      name: `CloudTrail, 16 × ${size(each)} at once, into DuckDB`,
      writer: 'cloudtrail',
      bytes: each,
      store: 'duckdb',
    },
    {
      ...one,
      name: `CloudTrail, ${size(large)} on a line, into a slow OpenSearch`,
      writer: 'cloudtrail',
      bytes: large,
      store: 'slow',
    },
    {
      ...many,
      name: `CloudTrail, 16 × ${size(each)} at once, into a slow OpenSearch`,
      writer: 'cloudtrail',
      bytes: each,
      store: 'slow',
    },
    {
      ...one,
      name: `flow logs, ${size(large / 20)} of text, into DuckDB`,
      writer: 'vpcflow',
      bytes: large / 20,
      store: 'duckdb',
    },
    {
      ...one,
      name: `${size(large)} of records without a time, into DuckDB`,
      writer: 'rejected',
      bytes: large,
      store: 'duckdb',
      rejected: true,
    },
    {
      ...one,
      name: `one record of ${size(large)}, into DuckDB`,
      writer: 'oneRecord',
      bytes: large,
      store: 'duckdb',
      rejected: true,
    },
    {
      ...many,
      name: `a sieve of CloudTrail, 16 × ${size(each)} at once, none of which names the key`,
      writer: 'cloudtrail',
      bytes: each,
      store: 'duckdb',
      onlyKey: 'AKIAIOSFODNN7EXAMPLE',
    },
    {
      ...many,
      name: `16 gzip bombs of ${size(large / 10)} at once, into DuckDB`,
      writer: 'bomb',
      bytes: large / 10,
      store: 'duckdb',
    },
  ];
}
