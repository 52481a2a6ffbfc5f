SELECT
  eventtime AS event_time,
  eventid AS event_id,
  account_id,
  awsregion AS region,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  eventsource AS event_source,
  eventname AS event_name,
  json_extract_scalar(requestparameters, '$.userName') AS target,
  json_extract_scalar(requestparameters, '$.accessKeyId') AS changed_key_id,
  json_extract_scalar(requestparameters, '$.status') AS status,
  json_extract_scalar(responseelements, '$.accessKey.accessKeyId') AS issued_key_id,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 'iam.amazonaws.com'
  AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
    'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey'
  )
  AND (
    :subject = ''
    OR json_extract_scalar(requestparameters, '$.accessKeyId') = :subject
    OR json_extract_scalar(responseelements, '$.accessKey.accessKeyId') = :subject
  )
  AND (
    :user = ''
    OR json_extract_scalar(requestparameters, '$.userName') = :user
    OR json_extract_scalar(responseelements, '$.accessKey.userName') = :user
    OR (json_extract_scalar(requestparameters, '$.userName') IS NULL AND useridentity.username = :user)
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
