SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.type, '') AS principal_type,
  NULLIF(useridentity.principalid, '') AS principal_id,
  NULLIF(useridentity.arn, '') AS arn,
  NULLIF(sessioncredentialfromconsole, '') AS from_console,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE (useridentity.principalid <> '' OR useridentity.sessioncontext.sessionissuer.principalid <> '')
  AND (
    :principal_id = ''
    OR useridentity.principalid = :principal_id
    OR useridentity.sessioncontext.sessionissuer.principalid = :principal_id
  )
GROUP BY 1, 2, 3, 4, 5
ORDER BY first_seen, access_key_id, principal_type, principal_id, arn, from_console
LIMIT :limit
