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
    json_extract_scalar(requestparameters, '$.functionName'),
    json_extract_scalar(requestparameters, '$.autoScalingGroupName'),
    json_extract_scalar(requestparameters, '$.clusterName'),
    json_extract_scalar(requestparameters, '$.serviceName'),
    json_extract_scalar(requestparameters, '$.service'),
    json_extract_scalar(requestparameters, '$.taskDefinition'),
    json_extract_scalar(requestparameters, '$.nodegroupName'),
    json_extract_scalar(requestparameters, '$.instanceNames[0]'),
    json_extract_scalar(requestparameters, '$.computeEnvironmentName'),
    json_extract_scalar(requestparameters, '$.jobName'),
    json_extract_scalar(requestparameters, '$.notebookInstanceName'),
    json_extract_scalar(requestparameters, '$.trainingJobName'),
    json_extract_scalar(requestparameters, '$.processingJobName'),
    json_extract_scalar(requestparameters, '$.endpointName'),
    json_extract_scalar(requestparameters, '$.projectName'),
    json_extract_scalar(requestparameters, '$.quotaCode'),
    json_extract_scalar(requestparameters, '$.regionName'),
    json_extract_scalar(requestparameters, '$.name')
  ) AS name,
  COALESCE(
    json_extract_scalar(requestparameters, '$.instanceType'),
    json_extract_scalar(requestparameters, '$.launchSpecification.instanceType'),
    json_extract_scalar(requestparameters, '$.resourceConfig.instanceType'),
    json_extract_scalar(requestparameters, '$.processingResources.clusterConfig.instanceType'),
    json_extract_scalar(requestparameters, '$.instances.slaveInstanceType'),
    json_extract_scalar(requestparameters, '$.instanceTypes[0]'),
    json_extract_scalar(requestparameters, '$.computeResources.instanceTypes[0]'),
    json_extract_scalar(requestparameters, '$.workerType'),
    json_extract_scalar(requestparameters, '$.bundleId')
  ) AS instance_type,
  COALESCE(
    json_extract_scalar(requestparameters, '$.instancesSet.items[0].maxCount'),
    json_extract_scalar(requestparameters, '$.instanceCount'),
    json_extract_scalar(requestparameters, '$.desiredCapacity'),
    json_extract_scalar(requestparameters, '$.desiredCount'),
    json_extract_scalar(requestparameters, '$.count'),
    json_extract_scalar(requestparameters, '$.maxSize'),
    json_extract_scalar(requestparameters, '$.scalingConfig.maxSize'),
    json_extract_scalar(requestparameters, '$.resourceConfig.instanceCount'),
    json_extract_scalar(requestparameters, '$.processingResources.clusterConfig.instanceCount'),
    json_extract_scalar(requestparameters, '$.instances.instanceCount'),
    json_extract_scalar(requestparameters, '$.computeResources.maxvCpus'),
    json_extract_scalar(requestparameters, '$.desiredValue')
  ) AS quantity,
  COALESCE(
    json_extract_scalar(responseelements, '$.instancesSet.items[0].instanceId'),
    json_extract_scalar(responseelements, '$.spotFleetRequestId'),
    json_extract_scalar(responseelements, '$.fleetId'),
    json_extract_scalar(responseelements, '$.tasks[0].taskArn'),
    json_extract_scalar(responseelements, '$.service.serviceArn'),
    json_extract_scalar(responseelements, '$.cluster.arn'),
    json_extract_scalar(responseelements, '$.nodegroup.nodegroupArn'),
    json_extract_scalar(responseelements, '$.functionArn'),
    json_extract_scalar(responseelements, '$.operations[0].resourceName'),
    json_extract_scalar(responseelements, '$.jobArn'),
    json_extract_scalar(responseelements, '$.jobId'),
    json_extract_scalar(responseelements, '$.notebookInstanceArn'),
    json_extract_scalar(responseelements, '$.trainingJobArn'),
    json_extract_scalar(responseelements, '$.processingJobArn'),
    json_extract_scalar(responseelements, '$.endpointArn'),
    json_extract_scalar(responseelements, '$.jobFlowId'),
    json_extract_scalar(responseelements, '$.jobRunId'),
    json_extract_scalar(responseelements, '$.build.arn')
  ) AS resource,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'ec2.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'RunInstances', 'StartInstances', 'RequestSpotInstances', 'RequestSpotFleet', 'CreateFleet'
    )
  )
  OR (
    eventsource = 'autoscaling.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateAutoScalingGroup', 'UpdateAutoScalingGroup', 'SetDesiredCapacity'
    )
  )
  OR (
    eventsource = 'ecs.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateService', 'UpdateService', 'RunTask'
    )
  )
  OR (
    eventsource = 'eks.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateCluster', 'CreateNodegroup', 'CreateFargateProfile'
    )
  )
  OR (
    eventsource = 'lightsail.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateInstances', 'CreateContainerService'
    )
  )
  OR (
    eventsource = 'batch.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateComputeEnvironment', 'SubmitJob'
    )
  )
  OR (
    eventsource = 'sagemaker.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateNotebookInstance', 'CreateTrainingJob', 'CreateProcessingJob', 'CreateEndpoint'
    )
  )
  OR (
    eventsource = 'elasticmapreduce.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'RunJobFlow', 'AddInstanceGroups'
    )
  )
  OR (
    eventsource = 'codebuild.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateProject', 'StartBuild'
    )
  )
  OR (
    eventsource = 'glue.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateDevEndpoint', 'StartJobRun'
    )
  )
  OR (
    eventsource = 'lambda.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'CreateFunction'
  )
  OR (
    eventsource = 'servicequotas.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'RequestServiceQuotaIncrease'
  )
  OR (
    eventsource = 'account.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'EnableRegion'
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
