SELECT
  from_unixtime(floor(to_unixtime(from_iso8601_timestamp(eventtime)) / (60 * :minutes)) * (60 * :minutes)) AS window_start,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  COUNT(*) AS refused,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE errorcode IN ('AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation', 'UnauthorizedOperation', 'VpceAccessDenied')
GROUP BY 1, 2, 3
HAVING COUNT(*) >= :n
ORDER BY window_start, access_key_id, arn
LIMIT :limit
