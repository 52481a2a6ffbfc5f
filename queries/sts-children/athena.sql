SELECT
  json_extract_scalar(responseelements, '$.credentials.accessKeyId') AS issued_key_id,
  useridentity.accesskeyid AS parent_key_id,
  eventtime AS event_time,
  eventid AS event_id,
  eventname AS event_name,
  COALESCE(
    json_extract_scalar(responseelements, '$.assumedRoleUser.arn'),
    json_extract_scalar(responseelements, '$.federatedUser.arn')
  ) AS issued_arn,
  json_extract_scalar(responseelements, '$.credentials.expiration') AS expiration,
  account_id,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 'sts.amazonaws.com'
  AND json_extract_scalar(responseelements, '$.credentials.accessKeyId') IS NOT NULL
ORDER BY event_time, issued_key_id, event_id, account_id
LIMIT :limit
