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
    json_extract_scalar(requestparameters, '$.snapshotId'),
    json_extract_scalar(requestparameters, '$.imageId'),
    json_extract_scalar(requestparameters, '$.dBSnapshotIdentifier'),
    json_extract_scalar(requestparameters, '$.dBClusterSnapshotIdentifier'),
    json_extract_scalar(requestparameters, '$.snapshotIdentifier'),
    json_extract_scalar(requestparameters, '$.resourceArns[0]'),
    json_extract_scalar(requestparameters, '$.resourceShareArn'),
    json_extract_scalar(requestparameters, '$.name'),
    json_extract_scalar(requestparameters, '$.layerName')
  ) AS resource,
  COALESCE(
    json_extract_scalar(requestparameters, '$.createVolumePermission.add.items[0].userId'),
    json_extract_scalar(requestparameters, '$.createVolumePermission.add.items[0].group'),
    json_extract_scalar(requestparameters, '$.launchPermission.add.items[0].userId'),
    json_extract_scalar(requestparameters, '$.launchPermission.add.items[0].group'),
    json_extract_scalar(requestparameters, '$.launchPermission.add.items[0].organizationArn'),
    json_extract_scalar(requestparameters, '$.launchPermission.add.items[0].organizationalUnitArn'),
    json_extract_scalar(requestparameters, '$.valuesToAdd[0]'),
    json_extract_scalar(requestparameters, '$.accountWithRestoreAccess'),
    json_extract_scalar(requestparameters, '$.accountIdsToAdd[0]'),
    json_extract_scalar(requestparameters, '$.principals[0]'),
    json_extract_scalar(requestparameters, '$.principal')
  ) AS shared_with,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    (
      eventsource = 'ec2.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'ModifySnapshotAttribute', 'ModifyImageAttribute'
      )
    )
    OR (
      eventsource = 'rds.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute'
      )
    )
    OR (
      eventsource = 'redshift.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'AuthorizeSnapshotAccess'
    )
    OR (
      eventsource = 'ram.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'CreateResourceShare', 'AssociateResourceShare'
      )
    )
    OR (
      eventsource = 'ssm.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'ModifyDocumentPermission'
    )
    OR (
      eventsource = 'lambda.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') = 'AddLayerVersionPermission'
    )
  )
  AND COALESCE(
    json_extract_scalar(requestparameters, '$.createVolumePermission.add.items[0].userId'),
    json_extract_scalar(requestparameters, '$.createVolumePermission.add.items[0].group'),
    json_extract_scalar(requestparameters, '$.launchPermission.add.items[0].userId'),
    json_extract_scalar(requestparameters, '$.launchPermission.add.items[0].group'),
    json_extract_scalar(requestparameters, '$.launchPermission.add.items[0].organizationArn'),
    json_extract_scalar(requestparameters, '$.launchPermission.add.items[0].organizationalUnitArn'),
    json_extract_scalar(requestparameters, '$.valuesToAdd[0]'),
    json_extract_scalar(requestparameters, '$.accountWithRestoreAccess'),
    json_extract_scalar(requestparameters, '$.accountIdsToAdd[0]'),
    json_extract_scalar(requestparameters, '$.principals[0]'),
    json_extract_scalar(requestparameters, '$.principal')
  ) IS NOT NULL
ORDER BY event_time, event_id, account_id
LIMIT :limit
