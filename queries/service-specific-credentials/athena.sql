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
  COALESCE(
    json_extract_scalar(requestparameters, '$.serviceName'),
    json_extract_scalar(requestparameters, '$.serviceSpecificCredentialId'),
    json_extract_scalar(requestparameters, '$.sSHPublicKeyId'),
    json_extract_scalar(requestparameters, '$.certificateId')
  ) AS credential,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 'iam.amazonaws.com'
  AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
    'CreateServiceSpecificCredential', 'ResetServiceSpecificCredential', 'UpdateServiceSpecificCredential',
    'DeleteServiceSpecificCredential', 'UploadSSHPublicKey', 'UpdateSSHPublicKey', 'UploadSigningCertificate',
    'UpdateSigningCertificate'
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
