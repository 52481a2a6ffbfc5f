SELECT
  eventtime AS event_time,
  eventid AS event_id,
  account_id,
  awsregion AS region,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  eventsource AS event_source,
  eventname AS event_name,
  COALESCE(
    json_extract_scalar(requestparameters, '$.name'),
    json_extract_scalar(requestparameters, '$.trailName'),
    json_extract_scalar(requestparameters, '$.eventDataStore'),
    json_extract_scalar(requestparameters, '$.logGroupName'),
    json_extract_scalar(requestparameters, '$.destinationName'),
    json_extract_scalar(requestparameters, '$.bucketName'),
    json_extract_scalar(requestparameters, '$.DeleteFlowLogsRequest.FlowLogId.content'),
    json_extract_scalar(requestparameters, '$.DeleteFlowLogsRequest.FlowLogId[0].content'),
    json_extract_scalar(requestparameters, '$.resolverQueryLogConfigId'),
    json_extract_scalar(requestparameters, '$.resourceArn'),
    json_extract_scalar(requestparameters, '$.loadBalancerArn'),
    json_extract_scalar(requestparameters, '$.firewallArn'),
    json_extract_scalar(requestparameters, '$.clusterIdentifier'),
    json_extract_scalar(requestparameters, '$.id')
  ) AS target,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'cloudtrail.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors',
      'DeleteEventDataStore', 'UpdateEventDataStore', 'StopEventDataStoreIngestion'
    )
  )
  OR (
    eventsource = 'ec2.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'DeleteFlowLogs'
  )
  OR (
    eventsource = 'logs.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy', 'DeleteDestination',
      'DeleteSubscriptionFilter', 'DeleteDelivery'
    )
  )
  OR (
    eventsource = 's3.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'PutBucketLogging'
  )
  OR (
    eventsource IN ('route53.amazonaws.com', 'route53resolver.amazonaws.com')
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'DeleteQueryLoggingConfig', 'DeleteResolverQueryLogConfig', 'DisassociateResolverQueryLogConfig'
    )
  )
  OR (
    eventsource IN ('network-firewall.amazonaws.com', 'wafv2.amazonaws.com')
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'DeleteLoggingConfiguration', 'UpdateLoggingConfiguration'
    )
  )
  OR (
    eventsource = 'bedrock.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'DeleteModelInvocationLoggingConfiguration'
  )
  OR (
    eventsource = 'eks.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'UpdateClusterConfig'
  )
  OR (
    eventsource = 'elasticloadbalancing.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'ModifyLoadBalancerAttributes'
  )
  OR (
    eventsource = 'redshift.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'DisableLogging'
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
