WITH lately AS (
  SELECT
    COALESCE(NULLIF(useridentity.sessioncontext.sessionissuer.arn, ''), NULLIF(useridentity.arn, '')) AS identity,
    source."as".number AS as_number,
    source."as".organization.name AS as_name,
    COUNT(*) AS events,
    COUNT(NULLIF(errorcode, '')) AS failed,
    MIN(eventtime) AS first_seen,
    MAX(eventtime) AS last_seen
  FROM events
  WHERE COALESCE(NULLIF(useridentity.sessioncontext.sessionissuer.arn, ''), NULLIF(useridentity.arn, '')) IS NOT NULL
    AND source."as".number IS NOT NULL
  GROUP BY 1, 2, 3
), known AS (
  SELECT DISTINCT
    COALESCE(NULLIF(useridentity.sessioncontext.sessionissuer.arn, ''), NULLIF(useridentity.arn, '')) AS identity,
    source."as".number AS as_number
  FROM baseline
), since AS (
  SELECT
    COALESCE(NULLIF(useridentity.sessioncontext.sessionissuer.arn, ''), NULLIF(useridentity.arn, '')) AS identity,
    COUNT(*) AS baseline_events,
    MIN(eventtime) AS baseline_since
  FROM baseline
  GROUP BY 1
)
SELECT
  lately.identity,
  lately.as_number,
  lately.as_name,
  lately.events,
  lately.failed,
  lately.first_seen,
  lately.last_seen,
  since.baseline_events,
  since.baseline_since
FROM lately
LEFT JOIN known
  ON known.identity = lately.identity
  AND known.as_number = lately.as_number
LEFT JOIN since ON since.identity = lately.identity
WHERE known.identity IS NULL
ORDER BY lately.first_seen, lately.identity, lately.as_number, lately.as_name
LIMIT :limit
