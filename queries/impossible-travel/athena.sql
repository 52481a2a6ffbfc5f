WITH places AS (
  SELECT
    COALESCE(NULLIF(useridentity.sessioncontext.sessionissuer.arn, ''), NULLIF(useridentity.arn, '')) AS identity,
    source.geo.country_iso_code AS country,
    sourceipaddress AS source_ip,
    substr(eventtime, 1, 13) AS hour,
    MIN(eventtime) AS first_seen,
    MAX(eventtime) AS last_seen
  FROM events
  WHERE COALESCE(NULLIF(useridentity.sessioncontext.sessionissuer.arn, ''), NULLIF(useridentity.arn, '')) IS NOT NULL
    AND source.geo.country_iso_code IS NOT NULL
  GROUP BY 1, 2, 3, 4
), steps AS (
  SELECT
    *,
    lag(country) OVER (PARTITION BY identity ORDER BY first_seen, last_seen, country, source_ip) AS from_country,
    lag(source_ip) OVER (PARTITION BY identity ORDER BY first_seen, last_seen, country, source_ip) AS from_ip,
    lag(last_seen) OVER (PARTITION BY identity ORDER BY first_seen, last_seen, country, source_ip) AS left_at
  FROM places
), ways AS (
  SELECT
    steps.identity,
    steps.from_country,
    steps.from_ip,
    steps.left_at,
    steps.country AS to_country,
    steps.source_ip AS to_ip,
    steps.first_seen AS arrived_at,
    CAST(floor(2 * 6371 * asin(sqrt(least(
      power(sin(radians(here.latitude - there.latitude) / 2), 2)
      + cos(radians(there.latitude)) * cos(radians(here.latitude))
      * power(sin(radians(here.longitude - there.longitude) / 2), 2),
      1
    )))) AS bigint) AS km,
    CAST(greatest(
      to_unixtime(from_iso8601_timestamp(steps.first_seen)) - to_unixtime(from_iso8601_timestamp(steps.left_at)),
      0
    ) AS bigint) AS seconds
  FROM steps
  JOIN countries AS there ON there.code = steps.from_country
  JOIN countries AS here ON here.code = steps.country
  WHERE steps.country <> steps.from_country
)
SELECT
  identity,
  from_country,
  from_ip,
  left_at,
  to_country,
  to_ip,
  arrived_at,
  km,
  seconds
FROM ways
WHERE km >= :km
  AND km * 3600 > :kmh * seconds
ORDER BY arrived_at, identity, to_country, to_ip
LIMIT :limit
