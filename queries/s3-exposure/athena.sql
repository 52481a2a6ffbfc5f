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
    json_extract_scalar(requestparameters, '$.bucketName'),
    json_extract_scalar(requestparameters, '$.bucket'),
    json_extract_scalar(requestparameters, '$.name')
  ) AS bucket,
  json_extract_scalar(requestparameters, '$.key') AS object,
  COALESCE(
    json_extract_scalar(requestparameters, '$["x-amz-acl"]'),
    json_extract_scalar(requestparameters, '$["x-amz-acl"][0]')
  ) AS acl,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 's3.amazonaws.com'
  AND (
    regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutObjectAcl',
      'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutAccountPublicAccessBlock',
      'DeleteAccountPublicAccessBlock', 'PutBucketOwnershipControls',
      'DeleteBucketOwnershipControls', 'PutBucketWebsite', 'PutBucketCors', 'CreateAccessPoint',
      'PutAccessPointPolicy', 'PutMultiRegionAccessPointPolicy', 'CreateAccessGrant',
      'PutAccessGrantsInstanceResourcePolicy'
    )
    OR COALESCE(
      json_extract_scalar(requestparameters, '$["x-amz-acl"]'),
      json_extract_scalar(requestparameters, '$["x-amz-acl"][0]')
    ) IN ('public-read', 'public-read-write', 'authenticated-read')
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
