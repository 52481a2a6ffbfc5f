WITH lost AS (
  SELECT
    scope_account AS account_id,
    scope_region AS region,
    interface_id,
    COUNT(*) AS gaps,
    from_unixtime(MIN(start)) AS first_start,
    from_unixtime(MAX("end")) AS last_end,
    CAST(NULL AS varchar) AS launched_at
  FROM flows
  WHERE log_status = 'SKIPDATA'
  GROUP BY 1, 2, 3
), named AS (
  SELECT
    events.account_id,
    events.awsregion AS region,
    found.interface_id,
    events.eventtime AS launched_at,
    ROW_NUMBER() OVER (
      PARTITION BY found.interface_id ORDER BY events.eventtime, events.eventid, events.account_id
    ) AS place
  FROM events
  CROSS JOIN UNNEST(
    array_distinct(
      regexp_extract_all(
        concat(COALESCE(events.requestparameters, ''), ' ', COALESCE(events.responseelements, '')),
        'eni-[0-9a-f]+'
      )
    )
  ) AS found (interface_id)
  WHERE events.eventsource = 'ec2.amazonaws.com'
    AND events.eventname IN ('RunInstances', 'CreateNetworkInterface', 'AttachNetworkInterface', 'CreateVpcEndpoint')
    AND NULLIF(events.errorcode, '') IS NULL
), seen AS (
  SELECT DISTINCT interface_id FROM flows
)
SELECT account_id, region, interface_id, gaps, first_start, last_end, launched_at
FROM lost
UNION ALL
SELECT named.account_id, named.region, named.interface_id, NULL, NULL, NULL, named.launched_at
FROM named
LEFT JOIN seen ON seen.interface_id = named.interface_id
WHERE named.place = 1
  AND seen.interface_id IS NULL
ORDER BY gaps DESC NULLS LAST, launched_at, account_id, region, interface_id
LIMIT :limit
