SELECT
  srcaddr,
  dstaddr,
  dstport,
  protocol,
  interface_id,
  COUNT(*) AS flows,
  SUM(packets) AS packets,
  SUM(bytes) AS bytes,
  from_unixtime(MIN(start)) AS first_seen,
  from_unixtime(MAX(start)) AS last_seen
FROM flows
WHERE action = 'ACCEPT'
  AND dstport IN (:ports)
  AND regexp_like(
    lower(srcaddr),
    '^(0\.|10\.|127\.|169\.254\.|172\.(1[6-9]|2[0-9]|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|2(2[4-9]|[34][0-9]|5[0-5])\.|::1?$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:)'
  )
  AND regexp_like(
    lower(dstaddr),
    '^(0\.|10\.|127\.|169\.254\.|172\.(1[6-9]|2[0-9]|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|2(2[4-9]|[34][0-9]|5[0-5])\.|::1?$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:)'
  )
GROUP BY 1, 2, 3, 4, 5
ORDER BY bytes DESC, srcaddr, dstaddr, dstport, protocol, interface_id
LIMIT :limit
