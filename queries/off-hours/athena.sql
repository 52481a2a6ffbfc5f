SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  NULLIF(sourceipaddress, '') AS source_ip,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE mod(floor((to_unixtime(from_iso8601_timestamp(eventtime)) + 60 * :tz) / 3600) - :from_hour, 24) < mod(:to_hour - :from_hour + 24, 24)
GROUP BY 1, 2, 3
ORDER BY events DESC, access_key_id, arn, source_ip
LIMIT :limit
