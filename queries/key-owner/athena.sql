SELECT
  useridentity.accesskeyid AS access_key_id,
  NULLIF(useridentity.accountid, '') AS account_id,
  NULLIF(useridentity.type, '') AS principal_type,
  NULLIF(useridentity.principalid, '') AS principal_id,
  NULLIF(useridentity.arn, '') AS arn,
  NULLIF(useridentity.username, '') AS user_name,
  NULLIF(useridentity.sessioncontext.sessionissuer.arn, '') AS issuer_arn,
  COUNT(*) AS events,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE useridentity.accesskeyid <> ''
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY events DESC, access_key_id, arn, principal_id, account_id, principal_type, user_name, issuer_arn
LIMIT :limit
