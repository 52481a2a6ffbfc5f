SELECT
  eventtime AS event_time,
  eventid AS event_id,
  account_id,
  NULLIF(useridentity.type, '') AS principal_type,
  NULLIF(useridentity.username, '') AS user_name,
  NULLIF(useridentity.arn, '') AS arn,
  json_extract_scalar(responseelements, '$.ConsoleLogin') AS result,
  json_extract_scalar(additionaleventdata, '$.MFAUsed') AS mfa_used,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent,
  NULLIF(errormessage, '') AS error_message
FROM events
WHERE eventsource = 'signin.amazonaws.com'
  AND eventname = 'ConsoleLogin'
  AND (:user = '' OR useridentity.username = :user)
ORDER BY event_time, event_id, account_id
LIMIT :limit
