SELECT
  useridentity.accesskeyid AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  COUNT(*) AS events_after,
  COUNT(CASE WHEN NULLIF(errorcode, '') IS NULL THEN 1 END) AS succeeded_after,
  MIN(eventtime) AS first_after,
  MAX(eventtime) AS last_after,
  MAX(CASE WHEN NULLIF(errorcode, '') IS NULL THEN eventtime END) AS last_success
FROM events
WHERE useridentity.accesskeyid <> ''
  AND eventtime >= :t0
GROUP BY 1, 2
ORDER BY succeeded_after DESC, last_after DESC, access_key_id, arn
LIMIT :limit
