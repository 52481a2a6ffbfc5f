SELECT
  json_extract_scalar(responseelements, '$.accessKey.accessKeyId') AS issued_key_id,
  useridentity.accesskeyid AS parent_key_id,
  eventtime AS event_time,
  eventid AS event_id,
  eventname AS event_name,
  json_extract_scalar(responseelements, '$.accessKey.userName') AS user_name,
  account_id,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 'iam.amazonaws.com'
  AND eventname = 'CreateAccessKey'
  AND json_extract_scalar(responseelements, '$.accessKey.accessKeyId') IS NOT NULL
ORDER BY event_time, issued_key_id, event_id, account_id
LIMIT :limit
