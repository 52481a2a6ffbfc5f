SELECT
  eventtime AS event_time,
  eventid AS event_id,
  account_id,
  awsregion AS region,
  NULLIF(useridentity.type, '') AS principal_type,
  NULLIF(useridentity.arn, '') AS arn,
  eventsource AS event_source,
  eventname AS event_name,
  COALESCE(
    json_extract_scalar(responseelements, '$.PasswordRecoveryRequested'),
    json_extract_scalar(responseelements, '$.PasswordRecoveryCompleted'),
    json_extract_scalar(responseelements, '$.PasswordUpdated'),
    json_extract_scalar(responseelements, '$.EmailUpdated')
  ) AS result,
  NULLIF(errormessage, '') AS error_message,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent
FROM events
WHERE eventsource = 'signin.amazonaws.com'
  AND eventname IN ('PasswordRecoveryRequested', 'PasswordRecoveryCompleted', 'PasswordUpdated', 'EmailUpdated')
ORDER BY event_time, event_id, account_id
LIMIT :limit
