WITH chained AS (
  SELECT
    eventtime AS event_time,
    eventid AS event_id,
    account_id,
    NULLIF(useridentity.accesskeyid, '') AS access_key_id,
    NULLIF(useridentity.sessioncontext.sessionissuer.arn, '') AS from_role,
    json_extract_scalar(requestparameters, '$.roleArn') AS to_role,
    json_extract_scalar(requestparameters, '$.roleSessionName') AS session_name,
    json_extract_scalar(responseelements, '$.credentials.accessKeyId') AS issued_key_id,
    NULLIF(errorcode, '') AS error_code,
    NULLIF(sourceipaddress, '') AS source_ip
  FROM events
  WHERE eventsource = 'sts.amazonaws.com'
    AND eventname = 'AssumeRole'
    AND useridentity.type = 'AssumedRole'
), back AS (
  SELECT from_role, to_role, MIN(event_time) AS back_at
  FROM chained
  WHERE error_code IS NULL
  GROUP BY 1, 2
)
SELECT
  chained.event_time,
  chained.event_id,
  chained.account_id,
  chained.access_key_id,
  chained.from_role,
  chained.to_role,
  chained.session_name,
  chained.issued_key_id,
  back.back_at,
  chained.error_code,
  chained.source_ip
FROM chained
LEFT JOIN back ON back.from_role = chained.to_role AND back.to_role = chained.from_role
ORDER BY chained.event_time, chained.event_id, chained.account_id
LIMIT :limit
