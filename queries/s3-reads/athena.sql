SELECT
  eventtime AS event_time,
  eventid AS event_id,
  account_id,
  awsregion AS region,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  eventsource AS event_source,
  eventname AS event_name,
  json_extract_scalar(requestparameters, '$.bucketName') AS bucket,
  json_extract_scalar(requestparameters, '$.key') AS object,
  COALESCE(
    json_extract_scalar(requestparameters, '$["x-amz-copy-source"]'),
    json_extract_scalar(requestparameters, '$["x-amz-copy-source"][0]')
  ) AS copied_from,
  json_extract_scalar(additionaleventdata, '$.bytesTransferredOut') AS bytes_out,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 's3.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'GetObject', 'GetObjectTorrent', 'SelectObjectContent', 'CopyObject', 'UploadPartCopy'
    )
  )
  OR (
    eventsource = 's3express.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'GetObject', 'GetObjectTorrent', 'SelectObjectContent', 'CopyObject', 'UploadPartCopy'
    )
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
