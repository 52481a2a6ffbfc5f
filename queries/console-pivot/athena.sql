SELECT
  eventtime AS event_time,
  eventid AS event_id,
  account_id,
  awsregion AS region,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  eventsource AS event_source,
  eventname AS event_name,
  json_extract_scalar(additionaleventdata, '$.SwitchTo') AS target,
  NULLIF(useridentity.principalid, '') AS principal_id,
  json_extract_scalar(additionaleventdata, '$.MFAUsed') AS mfa_used,
  NULLIF(errormessage, '') AS error_message,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 'signin.amazonaws.com'
  AND (
    eventname IN ('GetSigninToken', 'SwitchRole')
    OR (eventname = 'ConsoleLogin' AND useridentity.type IN ('AssumedRole', 'FederatedUser'))
  )
  AND (:principal_id = '' OR useridentity.principalid = :principal_id)
ORDER BY event_time, event_id, account_id
LIMIT :limit
