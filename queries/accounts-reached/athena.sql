SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  useridentity.accountid AS caller_account_id,
  account_id,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE useridentity.accountid <> ''
  AND account_id <> useridentity.accountid
GROUP BY 1, 2, 3, 4
ORDER BY account_id, access_key_id, arn, caller_account_id
LIMIT :limit
