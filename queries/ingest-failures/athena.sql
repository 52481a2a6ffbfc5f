SELECT
  state,
  log,
  account AS account_id,
  region,
  bucket,
  key AS object,
  reason,
  read AS records,
  updated
FROM objects
WHERE state IN ('failed', 'claimed')
ORDER BY state DESC, log, bucket, object
LIMIT :limit
