SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent,
  eventsource AS event_source,
  eventname AS event_name,
  NULLIF(errorcode, '') AS error_code,
  COUNT(*) AS events,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE eventtime >= :t0
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY last_seen DESC, access_key_id, source_ip, user_agent, event_source, event_name, error_code
LIMIT :limit
