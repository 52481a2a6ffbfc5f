WITH handed AS (
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
      json_extract_scalar(requestparameters, '$.stackName'),
      json_extract_scalar(requestparameters, '$.family'),
      json_extract_scalar(requestparameters, '$.taskDefinition'),
      json_extract_scalar(requestparameters, '$.notebookInstanceName'),
      json_extract_scalar(requestparameters, '$.trainingJobName'),
      json_extract_scalar(requestparameters, '$.processingJobName'),
      json_extract_scalar(requestparameters, '$.endpointName'),
      json_extract_scalar(requestparameters, '$.jobName'),
      json_extract_scalar(requestparameters, '$.id'),
      json_extract_scalar(requestparameters, '$.launchConfigurationName'),
      json_extract_scalar(requestparameters, '$.instanceProfileName'),
      json_extract_scalar(requestparameters, '$.AssociateIamInstanceProfileRequest.InstanceId'),
      json_extract_scalar(requestparameters, '$.ReplaceIamInstanceProfileAssociationRequest.AssociationId'),
      json_extract_scalar(requestparameters, '$.CreateLaunchTemplateRequest.LaunchTemplateName'),
      json_extract_scalar(requestparameters, '$.CreateLaunchTemplateVersionRequest.LaunchTemplateName'),
      json_extract_scalar(requestparameters, '$.CreateLaunchTemplateVersionRequest.LaunchTemplateId'),
      json_extract_scalar(requestparameters, '$.name')
    ) AS target,
    COALESCE(
      json_extract_scalar(requestparameters, '$.role'),
      json_extract_scalar(requestparameters, '$.roleArn'),
      json_extract_scalar(requestparameters, '$.roleARN'),
      json_extract_scalar(requestparameters, '$.serviceRole'),
      json_extract_scalar(requestparameters, '$.jobFlowRole'),
      json_extract_scalar(requestparameters, '$.taskRoleArn'),
      json_extract_scalar(requestparameters, '$.executionRoleArn'),
      json_extract_scalar(requestparameters, '$.overrides.taskRoleArn'),
      json_extract_scalar(requestparameters, '$.roleName'),
      json_extract_scalar(requestparameters, '$.iamInstanceProfile.arn'),
      json_extract_scalar(requestparameters, '$.iamInstanceProfile.name'),
      json_extract_scalar(requestparameters, '$.iamInstanceProfile'),
      json_extract_scalar(requestparameters, '$.launchSpecification.iamInstanceProfile.arn'),
      json_extract_scalar(requestparameters, '$.launchSpecification.iamInstanceProfile.name'),
      json_extract_scalar(requestparameters, '$.AssociateIamInstanceProfileRequest.IamInstanceProfile.Arn'),
      json_extract_scalar(requestparameters, '$.AssociateIamInstanceProfileRequest.IamInstanceProfile.Name'),
      json_extract_scalar(requestparameters, '$.ReplaceIamInstanceProfileAssociationRequest.IamInstanceProfile.Arn'),
      json_extract_scalar(requestparameters, '$.ReplaceIamInstanceProfileAssociationRequest.IamInstanceProfile.Name'),
      json_extract_scalar(requestparameters, '$.CreateLaunchTemplateRequest.LaunchTemplateData.IamInstanceProfile.Arn'),
      json_extract_scalar(requestparameters, '$.CreateLaunchTemplateRequest.LaunchTemplateData.IamInstanceProfile.Name'),
      json_extract_scalar(requestparameters, '$.CreateLaunchTemplateVersionRequest.LaunchTemplateData.IamInstanceProfile.Arn'),
      json_extract_scalar(requestparameters, '$.CreateLaunchTemplateVersionRequest.LaunchTemplateData.IamInstanceProfile.Name'),
      json_extract_scalar(requestparameters, '$.jobUpdate.role'),
      json_extract_scalar(requestparameters, '$.target.roleArn')
    ) AS role,
    requestparameters AS parameters,
    NULLIF(errorcode, '') AS error_code,
    NULLIF(sourceipaddress, '') AS source_ip
  FROM events
  WHERE (
      eventsource = 'ec2.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'RunInstances', 'RequestSpotInstances', 'AssociateIamInstanceProfile',
        'ReplaceIamInstanceProfileAssociation', 'CreateLaunchTemplate', 'CreateLaunchTemplateVersion'
      )
    )
    OR (
      eventsource = 'iam.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'AddRoleToInstanceProfile'
    )
    OR (
      eventsource = 'autoscaling.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'CreateLaunchConfiguration'
    )
    OR (
      eventsource = 'lambda.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('CreateFunction', 'UpdateFunctionConfiguration')
    )
    OR (
      eventsource = 'ecs.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('RegisterTaskDefinition', 'RunTask')
    )
    OR (
      eventsource = 'glue.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'CreateDevEndpoint', 'CreateJob', 'UpdateJob', 'CreateSession'
      )
    )
    OR (
      eventsource = 'sagemaker.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'CreateNotebookInstance', 'CreateTrainingJob', 'CreateProcessingJob'
      )
    )
    OR (
      eventsource = 'cloudformation.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('CreateStack', 'UpdateStack', 'CreateChangeSet')
    )
    OR (
      eventsource = 'codebuild.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('CreateProject', 'UpdateProject')
    )
    OR (
      eventsource = 'states.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('CreateStateMachine', 'UpdateStateMachine')
    )
    OR (
      eventsource = 'elasticmapreduce.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'RunJobFlow'
    )
    OR (
      eventsource = 'scheduler.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('CreateSchedule', 'UpdateSchedule')
    )
)
SELECT *
FROM handed
WHERE role IS NOT NULL
ORDER BY event_time, event_id, account_id
LIMIT :limit
