SELECT
  configurationitemcapturetime AS captured_at,
  NULLIF(configurationstateid, '') AS state_id,
  awsaccountid AS account_id,
  awsregion AS region,
  resourcetype AS resource_type,
  NULLIF(resourceid, '') AS resource_id,
  NULLIF(resourcename, '') AS resource_name,
  NULLIF(arn, '') AS arn,
  NULLIF(configurationitemstatus, '') AS status,
  json_extract_scalar(relatedevents, '$[0]') AS event_id,
  configuration
FROM config_items
WHERE :resource = ''
  OR arn = :resource
  OR resourceid = :resource
  OR resourcename = :resource
ORDER BY captured_at, resource_type, resource_id, state_id, account_id, region
LIMIT :limit
