WITH slots AS (
  SELECT log, account, region, flow_log, unnest(CASE WHEN len(hours) = 0 THEN [NULL] ELSE hours END) AS hour
  FROM objects
  WHERE log IN ('cloudtrail', 'vpcflow') AND sieve IS NULL
),
seen AS (
  SELECT DISTINCT
    log, account, region, flow_log,
    CASE
      WHEN hour >= substr(:scope_from, 1, 13) || ':00:00Z' AND hour < :scope_to
        THEN CAST(to_unixtime(from_iso8601_timestamp(hour)) AS BIGINT)
    END AS moment
  FROM slots
),
streams AS (
  SELECT log, account, region, flow_log, MIN(moment) AS first_moment, MAX(MAX(moment)) OVER (PARTITION BY log) AS newest
  FROM seen
  GROUP BY log, account, region, flow_log
),
bounds AS (
  SELECT
    log, account, region, flow_log,
    CASE WHEN :scope_from > '0001-01-01T00:00:00Z' THEN :scope_from_epoch // 3600 * 3600 ELSE first_moment END AS start,
    CASE
      WHEN :scope_to < '9999-12-31T23:59:59Z'
        THEN CAST(ceil(least(:scope_to_epoch, to_unixtime(now())) / 3600) AS BIGINT) * 3600
      ELSE newest + 3600
    END AS stop
  FROM streams
),
marks AS (
  SELECT log, account, region, flow_log, moment FROM seen WHERE moment IS NOT NULL
  UNION ALL
  SELECT log, account, region, flow_log, start - 3600 FROM bounds WHERE start < stop
  UNION ALL
  SELECT log, account, region, flow_log, stop FROM bounds WHERE start < stop
),
pairs AS (
  SELECT *, LEAD(moment) OVER (PARTITION BY log, account, region, flow_log ORDER BY moment) AS next
  FROM marks
)
SELECT
  log,
  account AS account_id,
  region,
  flow_log,
  from_unixtime(moment + 3600) AS gap_from,
  from_unixtime(next) AS gap_to,
  (next - moment) // 3600 - 1 AS hours
FROM pairs
WHERE next - moment > 3600
ORDER BY log, account_id, region, flow_log, gap_from
LIMIT :limit
