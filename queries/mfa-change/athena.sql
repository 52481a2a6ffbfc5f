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
    json_extract_scalar(requestparameters, '$.userName'),
    json_extract_scalar(requestparameters, '$.userId'),
    json_extract_scalar(requestparameters, '$.serialNumber'),
    json_extract_scalar(requestparameters, '$.virtualMFADeviceName')
  ) AS target,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'iam.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'EnableMFADevice', 'DeactivateMFADevice', 'CreateVirtualMFADevice', 'DeleteVirtualMFADevice',
      'ResyncMFADevice'
    )
  )
  OR (
    eventsource = 'sso-directory.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CompleteVirtualMfaDeviceRegistration', 'CompleteWebAuthnDeviceRegistration', 'DeleteMfaDeviceForUser',
      'UpdateMfaDeviceForUser'
    )
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
