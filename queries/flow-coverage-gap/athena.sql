SELECT
  scope_account AS account_id,
  scope_region AS region,
  interface_id,
  COUNT(*) AS gaps,
  from_unixtime(MIN(start)) AS first_start,
  from_unixtime(MAX("end")) AS last_end
FROM flows
WHERE log_status = 'SKIPDATA'
GROUP BY 1, 2, 3
ORDER BY gaps DESC, account_id, region, interface_id
LIMIT :limit
