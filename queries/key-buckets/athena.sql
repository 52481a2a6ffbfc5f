SELECT
  from_unixtime(floor(to_unixtime(from_iso8601_timestamp(eventtime)) / 3600) * 3600) AS window_start,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  eventsource AS event_source,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed
FROM events
GROUP BY 1, 2, 3
ORDER BY window_start, access_key_id, event_source
LIMIT :limit
