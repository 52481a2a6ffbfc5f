SELECT
  log,
  account AS account_id,
  region,
  first_event,
  delivered,
  lag,
  bucket,
  key AS object,
  read AS records
FROM objects
WHERE lag > :seconds
ORDER BY lag DESC, bucket, object
LIMIT :limit
