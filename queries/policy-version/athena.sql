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
    json_extract_scalar(requestparameters, '$.policyArn'),
    json_extract_scalar(requestparameters, '$.policyName')
  ) AS target,
  COALESCE(
    json_extract_scalar(requestparameters, '$.setAsDefault'),
    json_extract_scalar(requestparameters, '$.versionId')
  ) AS default_version,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 'iam.amazonaws.com'
  AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
    'CreatePolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion'
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
