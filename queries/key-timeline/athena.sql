SELECT
  eventtime AS event_time,
  eventid AS event_id,
  useridentity.accesskeyid AS access_key_id,
  account_id,
  awsregion AS region,
  eventsource AS event_source,
  eventname AS event_name,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(errormessage, '') AS error_message
FROM events
ORDER BY event_time, event_id, account_id
LIMIT :limit
