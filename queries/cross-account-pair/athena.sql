WITH callers AS (
  SELECT
    sharedeventid AS shared_event_id,
    NULLIF(useridentity.accesskeyid, '') AS access_key_id,
    NULLIF(useridentity.arn, '') AS arn,
    account_id,
    eventid AS event_id
  FROM events
  WHERE sharedeventid <> ''
    AND account_id = useridentity.accountid
), others AS (
  SELECT
    eventtime AS event_time,
    sharedeventid AS shared_event_id,
    eventsource AS event_source,
    eventname AS event_name,
    account_id AS other_account_id,
    eventid AS other_event_id,
    NULLIF(useridentity.arn, '') AS other_arn,
    COALESCE(
      json_extract_scalar(requestparameters, '$.roleArn'),
      json_extract_scalar(requestparameters, '$.keyId'),
      json_extract_scalar(requestparameters, '$.bucketName'),
      json_extract_scalar(requestparameters, '$.secretId'),
      json_extract_scalar(requestparameters, '$.tableName'),
      json_extract_scalar(requestparameters, '$.functionName'),
      json_extract_scalar(requestparameters, '$.queueUrl'),
      json_extract_scalar(requestparameters, '$.topicArn'),
      json_extract_scalar(requestparameters, '$.snapshotId'),
      json_extract_scalar(requestparameters, '$.imageId')
    ) AS resource,
    NULLIF(errorcode, '') AS error_code,
    NULLIF(sourceipaddress, '') AS source_ip
  FROM everyone
  WHERE sharedeventid <> ''
    AND account_id <> useridentity.accountid
)
SELECT
  others.event_time,
  others.shared_event_id,
  callers.access_key_id,
  callers.arn,
  callers.account_id,
  callers.event_id,
  others.event_source,
  others.event_name,
  others.other_account_id,
  others.other_event_id,
  others.other_arn,
  others.resource,
  others.error_code,
  others.source_ip
FROM others
JOIN callers ON callers.shared_event_id = others.shared_event_id
ORDER BY others.event_time, others.shared_event_id, callers.event_id, others.other_account_id, others.other_event_id
LIMIT :limit
