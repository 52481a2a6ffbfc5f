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
    json_extract_scalar(requestparameters, '$.name'),
    json_extract_scalar(requestparameters, '$.trustAnchorId'),
    json_extract_scalar(requestparameters, '$.profileId'),
    json_extract_scalar(requestparameters, '$.crlId'),
    json_extract_scalar(requestparameters, '$.url'),
    json_extract_scalar(requestparameters, '$.openIDConnectProviderArn')
  ) AS target,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'rolesanywhere.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateTrustAnchor', 'UpdateTrustAnchor', 'EnableTrustAnchor', 'CreateProfile', 'UpdateProfile',
      'EnableProfile', 'PutAttributeMapping', 'ImportCrl', 'UpdateCrl', 'DisableCrl', 'DeleteCrl'
    )
  )
  OR (
    eventsource = 'iam.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateOpenIDConnectProvider', 'AddClientIDToOpenIDConnectProvider',
      'UpdateOpenIDConnectProviderThumbprint'
    )
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
