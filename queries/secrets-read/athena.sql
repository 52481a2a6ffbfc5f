SELECT
  eventtime AS event_time,
  eventid AS event_id,
  account_id,
  awsregion AS region,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  eventsource AS event_source,
  eventname AS event_name,
  COALESCE(
    json_extract_scalar(requestparameters, '$.secretId'),
    json_extract_scalar(requestparameters, '$.name'),
    json_extract_scalar(requestparameters, '$.names[0]'),
    json_extract_scalar(requestparameters, '$.path'),
    json_extract_scalar(requestparameters, '$.secretIdList[0]')
  ) AS target,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'secretsmanager.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('GetSecretValue', 'BatchGetSecretValue')
  )
  OR (
    eventsource = 'ssm.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory'
    )
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
