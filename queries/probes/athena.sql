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
    json_extract_scalar(requestparameters, '$.policySourceArn'),
    json_extract_scalar(requestparameters, '$.accessKeyId')
  ) AS target,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent
FROM events
WHERE (
    eventsource = 'sts.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'GetCallerIdentity', 'GetAccessKeyInfo', 'DecodeAuthorizationMessage'
    )
  )
  OR (
    eventsource = 'iam.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'SimulatePrincipalPolicy', 'SimulateCustomPolicy', 'GetAccountAuthorizationDetails',
      'GetContextKeysForPrincipalPolicy'
    )
  )
  OR errorcode IN ('Client.DryRunOperation', 'DryRunOperation')
ORDER BY event_time, event_id, account_id
LIMIT :limit
