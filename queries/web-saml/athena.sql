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
    json_extract_scalar(requestparameters, '$.roleArn'),
    json_extract_scalar(requestparameters, '$.name'),
    json_extract_scalar(requestparameters, '$.sAMLProviderArn'),
    json_extract_scalar(requestparameters, '$.openIDConnectProviderArn'),
    json_extract_scalar(requestparameters, '$.url'),
    json_extract_scalar(requestparameters, '$.directoryId')
  ) AS target,
  NULLIF(useridentity.username, '') AS subject,
  json_extract_scalar(responseelements, '$.credentials.accessKeyId') AS issued_key_id,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'sts.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML')
  )
  OR (
    eventsource = 'iam.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateSAMLProvider', 'UpdateSAMLProvider', 'DeleteSAMLProvider', 'CreateOpenIDConnectProvider',
      'DeleteOpenIDConnectProvider', 'AddClientIDToOpenIDConnectProvider',
      'RemoveClientIDFromOpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint'
    )
  )
  OR (
    eventsource IN ('sso.amazonaws.com', 'sso-directory.amazonaws.com')
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'AssociateDirectory', 'DisassociateDirectory', 'EnableExternalIdPConfigurationForDirectory',
      'DisableExternalIdPConfigurationForDirectory'
    )
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
