SELECT
  log,
  account AS account_id,
  region,
  flow_log,
  COUNT(*) AS objects,
  COUNT(*) FILTER (WHERE state = 'done') AS done,
  COUNT(*) FILTER (WHERE state = 'failed') AS failed,
  COUNT(*) FILTER (WHERE state = 'claimed') AS unfinished,
  SUM(read) AS records,
  SUM(stored) AS stored,
  SUM(duplicates) AS duplicates,
  SUM(dead_lettered) AS dead_lettered,
  MIN(first_event) AS first_event,
  MAX(last_event) AS last_event,
  MAX(updated) AS last_ingested,
  MAX(lag) AS delivery_lag,
  MAX(CAST(greatest(0, floor(to_unixtime(from_iso8601_timestamp(updated)) - to_unixtime(from_iso8601_timestamp(delivered)))) AS BIGINT)) FILTER (WHERE state = 'done' AND delivered IS NOT NULL) AS ingest_lag,
  MAX(CAST(greatest(0, floor(to_unixtime(from_iso8601_timestamp(updated)) - to_unixtime(from_iso8601_timestamp(first_event)))) AS BIGINT)) FILTER (WHERE state = 'done' AND first_event IS NOT NULL) AS event_lag
FROM objects
GROUP BY 1, 2, 3, 4
ORDER BY log, account_id, region, flow_log
LIMIT :limit
