SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  eventsource AS event_source,
  eventname AS event_name,
  awsregion AS region,
  account_id,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE regexp_like(eventname, '^((Delete|BatchDelete|TerminateInstance|TerminateJobFlow|TerminateEnvironment|TerminateWorkspace|Deregister|Purge|Destroy)[A-Za-z0-9_]*|Schedule[A-Za-z]*Deletion|DisableKey)$')
GROUP BY 1, 2, 3, 4, 5, 6
HAVING COUNT(*) >= :n
ORDER BY events DESC, access_key_id, arn, event_source, event_name, region, account_id
LIMIT :limit
