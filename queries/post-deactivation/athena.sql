SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent,
  NULLIF(vpcendpointid, '') AS vpc_endpoint_id,
  COUNT(CASE WHEN to_unixtime(from_iso8601_timestamp(eventtime)) < :t0_epoch THEN 1 END) AS events_before,
  MAX(CASE WHEN to_unixtime(from_iso8601_timestamp(eventtime)) < :t0_epoch THEN eventtime END) AS last_before,
  COUNT(CASE WHEN to_unixtime(from_iso8601_timestamp(eventtime)) >= :t0_epoch THEN 1 END) AS events_after,
  COUNT(CASE WHEN to_unixtime(from_iso8601_timestamp(eventtime)) >= :t0_epoch THEN NULLIF(errorcode, '') END) AS refused_after,
  MAX(CASE WHEN to_unixtime(from_iso8601_timestamp(eventtime)) >= :t0_epoch THEN eventtime END) AS last_after,
  MAX(CASE WHEN NULLIF(errorcode, '') IS NULL THEN eventtime END) AS last_success
FROM events
GROUP BY 1, 2, 3, 4
ORDER BY last_after DESC NULLS LAST, last_before DESC NULLS LAST, access_key_id, source_ip, user_agent, vpc_endpoint_id
LIMIT :limit
