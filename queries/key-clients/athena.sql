SELECT
  useridentity.accesskeyid AS access_key_id,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent,
  NULLIF(vpcendpointid, '') AS vpc_endpoint_id,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, access_key_id, source_ip, user_agent, vpc_endpoint_id
LIMIT :limit
