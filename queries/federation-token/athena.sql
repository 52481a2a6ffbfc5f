SELECT
  eventtime AS event_time,
  eventid AS event_id,
  account_id,
  awsregion AS region,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  eventsource AS event_source,
  eventname AS event_name,
  json_extract_scalar(requestparameters, '$.name') AS target,
  json_extract_scalar(requestparameters, '$.durationSeconds') AS duration_seconds,
  json_extract_scalar(responseelements, '$.credentials.accessKeyId') AS issued_key_id,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 'sts.amazonaws.com'
  AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'GetFederationToken'
ORDER BY event_time, event_id, account_id
LIMIT :limit
