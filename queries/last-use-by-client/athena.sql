SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent,
  NULLIF(vpcendpointid, '') AS vpc_endpoint_id,
  MAX(eventtime) AS last_seen,
  MAX(CASE WHEN NULLIF(errorcode, '') IS NULL THEN eventtime END) AS last_success,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed
FROM events
GROUP BY 1, 2, 3, 4
ORDER BY last_seen DESC, access_key_id, source_ip, user_agent, vpc_endpoint_id
LIMIT :limit
