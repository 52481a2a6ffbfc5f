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
    json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-customer-algorithm"]'),
    json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-customer-algorithm"][0]'),
    json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-aws-kms-key-id"]'),
    json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-aws-kms-key-id"][0]'),
    json_extract_scalar(requestparameters, '$.VersioningConfiguration.Status'),
    json_extract_scalar(requestparameters, '$.ServerSideEncryptionConfiguration.Rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID'),
    json_extract_scalar(requestparameters, '$.ServerSideEncryptionConfiguration.Rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm'),
    json_extract_scalar(requestparameters, '$.LifecycleConfiguration.Rule.Expiration.Days'),
    json_extract_scalar(requestparameters, '$.LifecycleConfiguration.Rule[0].Expiration.Days')
  ) AS setting,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 's3.amazonaws.com'
  AND (
    regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'PutBucketLifecycle', 'PutBucketLifecycleConfiguration', 'PutBucketEncryption'
    )
    OR (
      eventname = 'PutBucketVersioning'
      AND json_extract_scalar(requestparameters, '$.VersioningConfiguration.Status') = 'Suspended'
    )
    OR (
      eventname IN ('PutObject', 'CopyObject', 'CreateMultipartUpload', 'UploadPart', 'UploadPartCopy')
      AND COALESCE(
        json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-customer-algorithm"]'),
        json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-customer-algorithm"][0]')
      ) IS NOT NULL
    )
    OR (
      eventname = 'CopyObject'
      AND COALESCE(
        json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-aws-kms-key-id"]'),
        json_extract_scalar(requestparameters, '$["x-amz-server-side-encryption-aws-kms-key-id"][0]')
      ) IS NOT NULL
    )
    OR (
      eventname = 'PutObject'
      AND regexp_like(lower(json_extract_scalar(requestparameters, '$.key')), 'ransom|decrypt|hacked|bitcoin|your.?files|(restore|recover).?(files|data)')
    )
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
