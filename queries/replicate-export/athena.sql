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
    json_extract_scalar(requestparameters, '$.bucketName'),
    json_extract_scalar(requestparameters, '$.sourceArn'),
    json_extract_scalar(requestparameters, '$.sourceDBSnapshotIdentifier'),
    json_extract_scalar(requestparameters, '$.sourceDBClusterSnapshotIdentifier'),
    json_extract_scalar(requestparameters, '$.sourceDBInstanceIdentifier'),
    json_extract_scalar(requestparameters, '$.sourceDBInstanceArn'),
    json_extract_scalar(requestparameters, '$.dBInstanceIdentifier'),
    json_extract_scalar(requestparameters, '$.dBClusterIdentifier'),
    json_extract_scalar(requestparameters, '$.volumeId'),
    json_extract_scalar(requestparameters, '$.instanceSpecification.instanceId'),
    json_extract_scalar(requestparameters, '$.sourceSnapshotId'),
    json_extract_scalar(requestparameters, '$.snapshotId'),
    json_extract_scalar(requestparameters, '$.sourceImageId'),
    json_extract_scalar(requestparameters, '$.imageId'),
    json_extract_scalar(requestparameters, '$.instanceId'),
    json_extract_scalar(requestparameters, '$.tableArn'),
    json_extract_scalar(requestparameters, '$.tableName'),
    json_extract_scalar(requestparameters, '$.resourceArn'),
    json_extract_scalar(requestparameters, '$.recoveryPointArn'),
    json_extract_scalar(requestparameters, '$.sourceLocationArn'),
    json_extract_scalar(requestparameters, '$.taskArn'),
    json_extract_scalar(requestparameters, '$.sourceEndpointArn'),
    json_extract_scalar(requestparameters, '$.replicationTaskArn'),
    json_extract_scalar(requestparameters, '$.logGroupName'),
    json_extract_scalar(requestparameters, '$.secretId')
  ) AS source,
  COALESCE(
    json_extract_scalar(requestparameters, '$.ReplicationConfiguration.Rule.Destination.Bucket'),
    json_extract_scalar(requestparameters, '$.ReplicationConfiguration.Rule[0].Destination.Bucket'),
    json_extract_scalar(requestparameters, '$.s3BucketName'),
    json_extract_scalar(requestparameters, '$.s3Bucket'),
    json_extract_scalar(requestparameters, '$.s3ExportLocation.s3Bucket'),
    json_extract_scalar(requestparameters, '$.exportToS3.s3Bucket'),
    json_extract_scalar(requestparameters, '$.bucket'),
    json_extract_scalar(requestparameters, '$.destination'),
    json_extract_scalar(requestparameters, '$.destinationArn'),
    json_extract_scalar(requestparameters, '$.destinationBackupVaultArn'),
    json_extract_scalar(requestparameters, '$.destinationLocationArn'),
    json_extract_scalar(requestparameters, '$.targetEndpointArn'),
    json_extract_scalar(requestparameters, '$.destinationRegion'),
    json_extract_scalar(requestparameters, '$.addReplicaRegions[0].region'),
    json_extract_scalar(requestparameters, '$.targetDBSnapshotIdentifier'),
    json_extract_scalar(requestparameters, '$.targetDBClusterSnapshotIdentifier'),
    json_extract_scalar(requestparameters, '$.replicationConfiguration.rules[0].destinations[0].registryId')
  ) AS destination,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 's3.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'PutBucketReplication', 'CreateJob'
    )
  )
  OR (
    eventsource = 'rds.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'StartExportTask', 'CreateDBSnapshot', 'CreateDBClusterSnapshot', 'CopyDBSnapshot',
      'CopyDBClusterSnapshot', 'CreateDBInstanceReadReplica',
      'StartDBInstanceAutomatedBackupsReplication'
    )
  )
  OR (
    eventsource = 'ec2.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateSnapshot', 'CreateSnapshots', 'CopySnapshot', 'CreateImage', 'CopyImage',
      'ExportImage', 'CreateInstanceExportTask', 'CreateStoreImageTask'
    )
  )
  OR (
    eventsource = 'ebs.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'ListSnapshotBlocks', 'GetSnapshotBlock'
    )
  )
  OR (
    eventsource = 'dynamodb.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'ExportTableToPointInTime', 'CreateBackup'
    )
  )
  OR (
    eventsource = 'backup.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'StartBackupJob', 'StartCopyJob'
    )
  )
  OR (
    eventsource = 'datasync.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateTask', 'StartTaskExecution'
    )
  )
  OR (
    eventsource = 'dms.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateReplicationTask', 'StartReplicationTask'
    )
  )
  OR (
    eventsource = 'logs.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'CreateExportTask', 'PutSubscriptionFilter'
    )
  )
  OR (
    eventsource = 'secretsmanager.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'ReplicateSecretToRegions'
  )
  OR (
    eventsource = 'ecr.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'PutReplicationConfiguration'
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
