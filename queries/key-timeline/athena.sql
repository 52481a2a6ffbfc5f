SELECT
  eventtime AS event_time,
  eventid AS event_id,
  useridentity.accesskeyid AS access_key_id,
  account_id,
  NULLIF(awsregion, '') AS region,
  NULLIF(eventsource, '') AS event_source,
  NULLIF(eventname, '') AS event_name,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(errormessage, '') AS error_message
FROM events
ORDER BY event_time, event_id, account_id
LIMIT :limit
