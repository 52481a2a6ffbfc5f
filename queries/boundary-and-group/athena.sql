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
    json_extract_scalar(requestparameters, '$.userName'),
    json_extract_scalar(requestparameters, '$.roleName'),
    json_extract_scalar(requestparameters, '$.memberId.userId'),
    json_extract_scalar(requestparameters, '$.membershipId'),
    json_extract_scalar(requestparameters, '$.permissionSetArn')
  ) AS target,
  COALESCE(
    json_extract_scalar(requestparameters, '$.permissionsBoundary'),
    json_extract_scalar(requestparameters, '$.groupName'),
    json_extract_scalar(requestparameters, '$.groupId'),
    json_extract_scalar(requestparameters, '$.permissionsBoundary.managedPolicyArn')
  ) AS given,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'iam.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'PutUserPermissionsBoundary', 'DeleteUserPermissionsBoundary', 'PutRolePermissionsBoundary',
      'DeleteRolePermissionsBoundary', 'AddUserToGroup', 'RemoveUserFromGroup'
    )
  )
  OR (
    eventsource = 'identitystore.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('CreateGroupMembership', 'DeleteGroupMembership')
  )
  OR (
    eventsource = 'sso.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'PutPermissionsBoundaryToPermissionSet', 'DeletePermissionsBoundaryFromPermissionSet'
    )
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
