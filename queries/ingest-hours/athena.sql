SELECT
  from_unixtime(floor(to_unixtime(from_iso8601_timestamp(first_event)) / 3600) * 3600) AS hour,
  log,
  account AS account_id,
  region,
  COUNT(*) AS objects,
  COUNT(*) FILTER (WHERE state <> 'done') AS not_read,
  SUM(read) AS records,
  SUM(stored) AS stored,
  SUM(dead_lettered) AS dead_lettered,
  MAX(lag) AS delivery_lag,
  MAX(CAST(greatest(0, floor(to_unixtime(from_iso8601_timestamp(updated)) - to_unixtime(from_iso8601_timestamp(delivered)))) AS BIGINT)) FILTER (WHERE state = 'done' AND delivered IS NOT NULL) AS ingest_lag,
  MAX(CAST(greatest(0, floor(to_unixtime(from_iso8601_timestamp(updated)) - to_unixtime(from_iso8601_timestamp(first_event)))) AS BIGINT)) FILTER (WHERE state = 'done' AND first_event IS NOT NULL) AS event_lag
FROM objects
GROUP BY 1, 2, 3, 4
ORDER BY hour, log, account_id, region
LIMIT :limit
