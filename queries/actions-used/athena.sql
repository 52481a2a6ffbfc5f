SELECT
  NULLIF(eventsource, '') AS event_source,
  NULLIF(eventname, '') AS event_name,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
GROUP BY 1, 2
ORDER BY event_source, event_name
LIMIT :limit
