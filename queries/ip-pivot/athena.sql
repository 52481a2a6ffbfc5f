SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  NULLIF(useridentity.principalid, '') AS principal_id,
  account_id,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE NULLIF(sourceipaddress, '') = :ip
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, access_key_id, arn, principal_id, account_id
LIMIT :limit
