SELECT
  from_unixtime(floor(to_unixtime(from_iso8601_timestamp(eventtime)) / (60 * :minutes)) * (60 * :minutes)) AS window_start,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  COUNT(DISTINCT sourceipaddress) AS addresses,
  array_join(slice(array_sort(array_agg(DISTINCT sourceipaddress)), 1, 20), ', ') AS source_ips,
  COUNT(*) AS events,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE useridentity.accesskeyid <> ''
  AND regexp_like(sourceipaddress, '^[0-9a-fA-F]*[.:][0-9a-fA-F.:]*$')
GROUP BY 1, 2, 3
HAVING COUNT(DISTINCT sourceipaddress) >= :n
ORDER BY window_start, access_key_id, arn
LIMIT :limit
