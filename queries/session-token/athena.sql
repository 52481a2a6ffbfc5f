SELECT
  useridentity.accesskeyid AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  NULLIF(sessioncredentialfromconsole, '') AS from_console,
  NULLIF(useridentity.sessioncontext.attributes.mfaauthenticated, '') AS mfa_authenticated,
  NULLIF(useridentity.sessioncontext.attributes.creationdate, '') AS created,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE useridentity.type IN ('IAMUser', 'Root')
  AND useridentity.accesskeyid LIKE 'ASIA%'
GROUP BY 1, 2, 3, 4, 5
ORDER BY first_seen, access_key_id, arn, from_console, mfa_authenticated, created
LIMIT :limit
