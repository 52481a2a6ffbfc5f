WITH launched AS (
  SELECT
    events.eventtime AS event_time,
    events.eventid AS event_id,
    events.account_id,
    events.awsregion AS region,
    NULLIF(events.useridentity.accesskeyid, '') AS access_key_id,
    NULLIF(events.useridentity.arn, '') AS arn,
    events.eventname AS event_name,
    found.interface_id,
    json_extract_scalar(events.responseelements, '$.instancesSet.items[0].instanceId') AS instance_id
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
), traffic AS (
  SELECT
    interface_id,
    array_join(
      slice(array_sort(array_agg(DISTINCT instance_id) FILTER (WHERE instance_id IS NOT NULL)), 1, 20),
      ', '
    ) AS flow_instance_ids,
    COUNT(*) AS records,
    COUNT(CASE WHEN action = 'REJECT' THEN 1 END) AS rejected,
    SUM(bytes) AS bytes,
    MIN(start) AS first_start,
    MAX("end") AS last_end
  FROM flows
  GROUP BY 1
)
SELECT
  launched.event_time,
  launched.event_id,
  launched.account_id,
  launched.region,
  launched.access_key_id,
  launched.arn,
  launched.event_name,
  launched.interface_id,
  launched.instance_id,
  traffic.flow_instance_ids,
  traffic.records,
  traffic.rejected,
  traffic.bytes,
  from_unixtime(traffic.first_start) AS first_flow,
  from_unixtime(traffic.last_end) AS last_flow
FROM launched
LEFT JOIN traffic ON traffic.interface_id = launched.interface_id
ORDER BY launched.event_time, launched.event_id, launched.account_id, launched.interface_id
LIMIT :limit
