SELECT
  log,
  account AS account_id,
  region,
  CASE WHEN length(reason) <= 8191 THEN reason END AS reason,
  COUNT(*) AS letters,
  COUNT(*) FILTER (WHERE NOT whole) AS beginnings,
  MIN(time) AS first_kept,
  MAX(time) AS last_kept
FROM letters
GROUP BY 1, 2, 3, 4
ORDER BY letters DESC, log, account_id, region, reason
LIMIT :limit
