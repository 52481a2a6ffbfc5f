WITH outward AS (
  SELECT srcaddr, dstaddr, dstport, protocol, srcport, action, bytes, start
  FROM flows
  WHERE start IS NOT NULL
    AND dstaddr IS NOT NULL
    AND NOT regexp_like(
      lower(dstaddr),
      '^(0\.|10\.|127\.|169\.254\.|172\.(1[6-9]|2[0-9]|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|2(2[4-9]|[34][0-9]|5[0-5])\.|::1?$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:)'
    )
    AND (
      flow_direction = 'egress'
      OR regexp_like(
        lower(srcaddr),
        '^(0\.|10\.|127\.|169\.254\.|172\.(1[6-9]|2[0-9]|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|2(2[4-9]|[34][0-9]|5[0-5])\.|::1?$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:)'
      )
    )
), starts AS (
  SELECT
    srcaddr,
    dstaddr,
    dstport,
    protocol,
    start - lag(start) OVER (PARTITION BY srcaddr, dstaddr, dstport, protocol ORDER BY start) AS pause
  FROM (SELECT DISTINCT srcaddr, dstaddr, dstport, protocol, start FROM outward) AS different
), pauses AS (
  SELECT
    srcaddr,
    dstaddr,
    dstport,
    protocol,
    COUNT(pause) AS intervals,
    CAST(SUM(pause) AS double) AS total,
    CAST(SUM(pause * pause) AS double) AS squares
  FROM starts
  GROUP BY 1, 2, 3, 4
  HAVING COUNT(pause) >= :min
), regular AS (
  SELECT
    srcaddr,
    dstaddr,
    dstport,
    protocol,
    intervals,
    CAST(floor(total / intervals) AS bigint) AS mean_seconds,
    CAST(floor(100 * sqrt(greatest(squares * intervals / (total * total) - 1, 0))) AS bigint) AS jitter_percent
  FROM pauses
), traffic AS (
  SELECT
    srcaddr,
    dstaddr,
    dstport,
    protocol,
    COUNT(DISTINCT srcport) AS source_ports,
    COUNT(CASE WHEN action = 'REJECT' THEN 1 END) AS rejected,
    SUM(bytes) AS bytes,
    MIN(start) AS first_start,
    MAX(start) AS last_start
  FROM outward
  GROUP BY 1, 2, 3, 4
)
SELECT
  regular.srcaddr,
  regular.dstaddr,
  regular.dstport,
  regular.protocol,
  regular.intervals,
  regular.mean_seconds,
  regular.jitter_percent,
  traffic.source_ports,
  traffic.rejected,
  traffic.bytes,
  from_unixtime(traffic.first_start) AS first_seen,
  from_unixtime(traffic.last_start) AS last_seen
FROM regular
JOIN traffic
  ON traffic.srcaddr IS NOT DISTINCT FROM regular.srcaddr
  AND traffic.dstaddr = regular.dstaddr
  AND traffic.dstport IS NOT DISTINCT FROM regular.dstport
  AND traffic.protocol IS NOT DISTINCT FROM regular.protocol
WHERE regular.jitter_percent <= :jitter
ORDER BY jitter_percent, intervals DESC, srcaddr, dstaddr, dstport, protocol
LIMIT :limit
