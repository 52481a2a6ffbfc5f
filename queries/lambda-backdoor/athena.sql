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
    json_extract_scalar(requestparameters, '$.functionName'),
    json_extract_scalar(requestparameters, '$.layerName'),
    json_extract_scalar(requestparameters, '$.rule'),
    json_extract_scalar(requestparameters, '$.uUID'),
    json_extract_scalar(requestparameters, '$.name')
  ) AS target,
  COALESCE(
    json_extract_scalar(requestparameters, '$.principal'),
    json_extract_scalar(requestparameters, '$.authType'),
    json_extract_scalar(requestparameters, '$.eventSourceArn'),
    json_extract_scalar(requestparameters, '$.targets[0].arn'),
    json_extract_scalar(requestparameters, '$.target.arn'),
    json_extract_scalar(requestparameters, '$.scheduleExpression')
  ) AS opened_to,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'lambda.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration', 'AddPermission',
      'PublishLayerVersion', 'AddLayerVersionPermission', 'CreateFunctionUrlConfig',
      'UpdateFunctionUrlConfig', 'CreateEventSourceMapping', 'UpdateEventSourceMapping',
      'PutFunctionEventInvokeConfig'
    )
  )
  OR (
    eventsource = 'events.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('PutRule', 'PutTargets')
  )
  OR (
    eventsource = 'scheduler.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('CreateSchedule', 'UpdateSchedule')
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
