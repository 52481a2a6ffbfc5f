import type { Dialect } from '../sql/scope.js';

/** What Trino calls otherwise than DuckDB, as macros: with them DuckDB runs the text of athena.sql. */
export const prelude: readonly string[] = [
  // Trino gives nothing for an object or a list, json_extract_string its text: json_value lets only scalars through.
  // Trino's path writes a name with a hyphen as ["x-amz-acl"], DuckDB's as ."x-amz-acl".
  `CREATE TEMP MACRO json_extract_scalar(document, path) AS TRY(json_extract_string(json_value(document, replace(replace(path, '["', '."'), '"]', '"')), '$'))`,
  'CREATE TEMP MACRO from_iso8601_timestamp(text) AS CAST(text AS TIMESTAMPTZ)',
  'CREATE TEMP MACRO to_unixtime(moment) AS epoch(moment)',
  'CREATE TEMP MACRO from_unixtime(seconds) AS to_timestamp(seconds)',
  'CREATE TEMP MACRO regexp_like(text, pattern) AS regexp_matches(text, pattern)',
  'CREATE TEMP MACRO array_join(list, separator) AS array_to_string(list, separator)',
  'CREATE TEMP MACRO slice(list, first, length) AS array_slice(list, first, first + length - 1)',
];

export const dialect: Dialect = {
  arns: (pattern, maxLength) =>
    `list_filter(list_distinct(list_concat(list_transform(resources, lambda r: r.arn), regexp_extract_all(requestparameters, '${pattern}'))), lambda a: length(a) BETWEEN 1 AND ${maxLength})`,
};
