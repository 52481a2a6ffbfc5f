SELECT
  updatedat AS updated_at,
  NULLIF(findingid, '') AS finding_id,
  accountid AS account_id,
  region,
  severity,
  NULLIF(type, '') AS type,
  NULLIF(title, '') AS title,
  access_key_id,
  user_name,
  instance_id,
  api,
  remote_address AS source_ip,
  json_extract_scalar(service, '$.count') AS occurrences,
  event_first_seen AS first_seen,
  event_last_seen AS last_seen
FROM findings
ORDER BY severity DESC, updated_at, finding_id, account_id
LIMIT :limit
