import type { Dialect } from './scope.js';

/** Trino's, which Athena engine version 3 speaks too. There, unlike in DuckDB, `concat` with a null array is null. */
export const trinoDialect: Dialect = {
  arns: (pattern, maxLength) =>
    `filter(array_distinct(concat(COALESCE(transform(resources, r -> r.arn), ARRAY[]), COALESCE(regexp_extract_all(requestparameters, '${pattern}'), ARRAY[]))), a -> length(a) BETWEEN 1 AND ${maxLength})`,
};
