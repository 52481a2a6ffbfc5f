SELECT
  srcaddr,
  dstaddr,
  pkt_srcaddr,
  pkt_dstaddr,
  interface_id,
  action,
  MIN(srcport) AS min_srcport,
  MIN(dstport) AS min_dstport,
  COUNT(*) AS flows,
  SUM(packets) AS packets,
  SUM(bytes) AS bytes,
  from_unixtime(MIN(start)) AS first_seen,
  from_unixtime(MAX(start)) AS last_seen
FROM flows
WHERE srcaddr IN (:ips)
  OR dstaddr IN (:ips)
  OR pkt_srcaddr IN (:ips)
  OR pkt_dstaddr IN (:ips)
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY bytes DESC, srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr, interface_id, action
LIMIT :limit
