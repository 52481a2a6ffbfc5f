SELECT
  srcaddr,
  COUNT(DISTINCT dstaddr) AS hosts,
  COUNT(DISTINCT dstport) AS ports,
  COUNT(*) AS flows,
  SUM(packets) AS packets,
  from_unixtime(MIN(start)) AS first_seen,
  from_unixtime(MAX(start)) AS last_seen
FROM flows
WHERE action = 'REJECT'
  AND srcaddr IS NOT NULL
GROUP BY 1
HAVING COUNT(DISTINCT dstaddr) >= :n OR COUNT(DISTINCT dstport) >= :n
ORDER BY hosts DESC, ports DESC, srcaddr
LIMIT :limit
