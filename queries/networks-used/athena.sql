SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  source."as".number AS as_number,
  source."as".organization.name AS as_name,
  source.geo.country_iso_code AS country,
  NULLIF(sourceipaddress, '') AS source_ip,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE source."as".number IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY first_seen, access_key_id, arn, source_ip, as_number, as_name, country
LIMIT :limit
