SELECT
  from_unixtime(floor(to_unixtime(from_iso8601_timestamp(eventtime)) / (60 * :minutes)) * (60 * :minutes)) AS window_start,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  COUNT(DISTINCT NULLIF(eventsource, '') || ':' || eventname) AS actions,
  COUNT(DISTINCT NULLIF(eventsource, '')) AS services,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE regexp_like(eventname, '^(List|Describe|Get|BatchGet|Search|Scan|Lookup|Head)[A-Za-z0-9_]*$')
GROUP BY 1, 2, 3
HAVING COUNT(DISTINCT NULLIF(eventsource, '') || ':' || eventname) >= :n
ORDER BY window_start, access_key_id, arn
LIMIT :limit
