SELECT
  useridentity.accesskeyid AS access_key_id,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent,
  NULLIF(vpcendpointid, '') AS vpc_endpoint_id,
  NULLIF(useridentity.invokedby, '') AS invoked_by,
  NULLIF(eventsource, '') AS event_source,
  NULLIF(eventname, '') AS event_name,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MAX(eventtime) AS last_seen
FROM events
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY access_key_id, source_ip, user_agent, vpc_endpoint_id, invoked_by, event_source, event_name
LIMIT :limit
