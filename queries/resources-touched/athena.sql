SELECT
  touched.arn AS arn,
  NULLIF(eventsource, '') AS event_source,
  NULLIF(eventname, '') AS event_name,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
CROSS JOIN UNNEST(events.arns) AS touched (arn)
GROUP BY 1, 2, 3
ORDER BY arn, event_source, event_name
LIMIT :limit
