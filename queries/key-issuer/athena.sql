SELECT
  COALESCE(
    json_extract_scalar(responseelements, '$.credentials.accessKeyId'),
    json_extract_scalar(responseelements, '$.accessKey.accessKeyId')
  ) AS issued_key_id,
  NULLIF(useridentity.accesskeyid, '') AS parent_key_id,
  eventtime AS event_time,
  eventid AS event_id,
  eventname AS event_name,
  NULLIF(useridentity.arn, '') AS parent_arn,
  account_id,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource IN ('sts.amazonaws.com', 'iam.amazonaws.com')
  AND COALESCE(
    json_extract_scalar(responseelements, '$.credentials.accessKeyId'),
    json_extract_scalar(responseelements, '$.accessKey.accessKeyId')
  ) IN (:issued)
ORDER BY event_time, issued_key_id, event_id, account_id
LIMIT :limit
