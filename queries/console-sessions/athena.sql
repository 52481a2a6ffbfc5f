SELECT
  useridentity.accesskeyid AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  account_id,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE sessioncredentialfromconsole = 'true'
  AND useridentity.accesskeyid <> ''
  AND useridentity.arn IN (:arns)
GROUP BY 1, 2, 3
ORDER BY first_seen, access_key_id, arn, account_id
LIMIT :limit
