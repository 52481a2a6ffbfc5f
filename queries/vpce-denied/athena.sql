SELECT
  eventtime AS event_time,
  eventid AS event_id,
  account_id,
  awsregion AS region,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  eventsource AS event_source,
  eventname AS event_name,
  NULLIF(vpcendpointid, '') AS vpc_endpoint_id,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(errormessage, '') AS error_message,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE errorcode = 'VpceAccessDenied'
  OR (
    vpcendpointid <> ''
    AND errorcode IN ('AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation', 'UnauthorizedOperation')
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
