SELECT
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  NULLIF(sourceipaddress, '') AS source_ip,
  NULLIF(useragent, '') AS user_agent,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM events
WHERE regexp_like(lower(useragent), 'kali|parrot|pentoo|blackarch|pacu|trufflehog|scoutsuite|scout2|prowler|cloudsploit|cloudmapper|cloudfox|principalmapper|pmapper|enumerate-iam|aws_consoler|weirdaal|stratus-red-team|s3scanner|nuclei|nimbostratus|awspx|cloudquery|steampipe|s3 browser|rclone|cyberduck|androxgh0st')
GROUP BY 1, 2, 3, 4
ORDER BY events DESC, access_key_id, arn, source_ip, user_agent
LIMIT :limit
