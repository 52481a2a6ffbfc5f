SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent,
  from_unixtime(floor(to_unixtime(from_iso8601_timestamp(eventtime)) / 3600) * 3600) AS hour,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MAX(eventtime) AS last_seen
FROM events
GROUP BY 1, 2, 3, 4
ORDER BY access_key_id, source_ip, user_agent, hour
LIMIT :limit
