WITH sessions AS (
  SELECT
    substr(useridentity.principalid, strpos(useridentity.principalid, ':') + 1) AS instance_id,
    account_id,
    NULLIF(useridentity.arn, '') AS arn,
    sourceipaddress AS source_ip,
    NULLIF(errorcode, '') AS error_code,
    eventtime
  FROM events
  WHERE useridentity.type = 'AssumedRole'
    AND regexp_like(useridentity.principalid, '^[A-Z0-9]+:i-[0-9a-f]+$')
    AND regexp_like(sourceipaddress, '^[0-9a-fA-F]*[.:][0-9a-fA-F.:]*$')
), own AS (
  SELECT DISTINCT
    instance_id,
    CASE WHEN flow_direction = 'ingress' THEN dstaddr ELSE srcaddr END AS address
  FROM flows
  WHERE instance_id IS NOT NULL
    AND srcaddr IS NOT NULL
    AND dstaddr IS NOT NULL
), known AS (
  SELECT DISTINCT instance_id FROM own
), addresses AS (
  SELECT
    sourceipaddress AS source_ip,
    COUNT(DISTINCT substr(useridentity.principalid, strpos(useridentity.principalid, ':') + 1)) AS instances
  FROM everyone
  WHERE useridentity.type = 'AssumedRole'
    AND regexp_like(useridentity.principalid, '^[A-Z0-9]+:i-[0-9a-f]+$')
  GROUP BY 1
)
SELECT
  sessions.instance_id,
  sessions.account_id,
  sessions.arn,
  sessions.source_ip,
  addresses.instances,
  COUNT(*) AS events,
  COUNT(sessions.error_code) AS failed,
  MIN(sessions.eventtime) AS first_seen,
  MAX(sessions.eventtime) AS last_seen
FROM sessions
LEFT JOIN own ON own.instance_id = sessions.instance_id AND own.address = sessions.source_ip
LEFT JOIN known ON known.instance_id = sessions.instance_id
LEFT JOIN addresses ON addresses.source_ip = sessions.source_ip
WHERE own.address IS NULL
  AND (
    known.instance_id IS NOT NULL
    OR NOT regexp_like(
      lower(sessions.source_ip),
      '^(0\.|10\.|127\.|169\.254\.|172\.(1[6-9]|2[0-9]|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|2(2[4-9]|[34][0-9]|5[0-5])\.|::1?$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:)'
    )
  )
GROUP BY 1, 2, 3, 4, 5
ORDER BY instances, first_seen, instance_id, source_ip, arn, account_id
LIMIT :limit
