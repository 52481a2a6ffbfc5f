SELECT
  COALESCE(NULLIF(useridentity.sessioncontext.sessionissuer.arn, ''), NULLIF(useridentity.arn, '')) AS identity,
  source.geo.country_iso_code AS country,
  sourceipaddress AS source_ip,
  concat(substr(eventtime, 1, 13), ':00:00Z') AS hour,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE COALESCE(NULLIF(useridentity.sessioncontext.sessionissuer.arn, ''), NULLIF(useridentity.arn, '')) IS NOT NULL
  AND source.geo.country_iso_code IS NOT NULL
GROUP BY 1, 2, 3, 4
ORDER BY identity, first_seen, last_seen, country, source_ip
LIMIT :limit
