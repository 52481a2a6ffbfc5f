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
    json_extract_scalar(requestparameters, '$.instanceId'),
    json_extract_scalar(requestparameters, '$.ModifyInstanceMetadataOptionsRequest.InstanceId'),
    json_extract_scalar(requestparameters, '$.GetConsoleScreenshotRequest.InstanceId'),
    json_extract_scalar(requestparameters, '$.GetLaunchTemplateDataRequest.InstanceId'),
    json_extract_scalar(requestparameters, '$.DescribeLaunchTemplateVersionsRequest.LaunchTemplateId'),
    json_extract_scalar(requestparameters, '$.DescribeLaunchTemplateVersionsRequest.LaunchTemplateName')
  ) AS target,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'ec2.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'GetPasswordData', 'GetConsoleOutput', 'GetConsoleScreenshot', 'GetLaunchTemplateData',
      'DescribeLaunchTemplateVersions', 'ModifyInstanceMetadataOptions'
    )
  )
  OR (
    eventsource = 'ec2.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'DescribeInstanceAttribute'
    AND json_extract_scalar(requestparameters, '$.attribute') = 'userData'
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
