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
    json_extract_scalar(requestparameters, '$.userName'),
    json_extract_scalar(requestparameters, '$.roleName'),
    json_extract_scalar(requestparameters, '$.groupName')
  ) AS target,
  json_extract_scalar(requestparameters, '$.policyArn') AS policy,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 'iam.amazonaws.com'
  AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
    'AttachUserPolicy', 'DetachUserPolicy', 'AttachRolePolicy', 'DetachRolePolicy', 'AttachGroupPolicy',
    'DetachGroupPolicy'
  )
  AND (
    json_extract_scalar(requestparameters, '$.policyArn') LIKE 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine%'
    OR json_extract_scalar(requestparameters, '$.policyArn') LIKE 'arn:aws-cn:iam::aws:policy/AWSCompromisedKeyQuarantine%'
    OR json_extract_scalar(requestparameters, '$.policyArn') LIKE 'arn:aws-us-gov:iam::aws:policy/AWSCompromisedKeyQuarantine%'
  )
  AND (:user = '' OR json_extract_scalar(requestparameters, '$.userName') = :user)
ORDER BY event_time, event_id, account_id
LIMIT :limit
