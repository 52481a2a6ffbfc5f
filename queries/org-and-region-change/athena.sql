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
    json_extract_scalar(requestparameters, '$.accountId'),
    json_extract_scalar(requestparameters, '$.policyId'),
    json_extract_scalar(requestparameters, '$.policyType'),
    json_extract_scalar(requestparameters, '$.target.id'),
    json_extract_scalar(requestparameters, '$.handshakeId'),
    json_extract_scalar(requestparameters, '$.regionName'),
    json_extract_scalar(requestparameters, '$.RegionName'),
    json_extract_scalar(requestparameters, '$.alternateContactType'),
    json_extract_scalar(requestparameters, '$.AlternateContactType'),
    json_extract_scalar(requestparameters, '$.servicePrincipal'),
    json_extract_scalar(requestparameters, '$.accountName'),
    json_extract_scalar(requestparameters, '$.globalEndpointTokenVersion')
  ) AS target,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'organizations.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'LeaveOrganization', 'RemoveAccountFromOrganization', 'DeleteOrganization', 'CreateAccount',
      'CreateGovCloudAccount', 'InviteAccountToOrganization', 'AcceptHandshake', 'MoveAccount',
      'CloseAccount', 'AttachPolicy', 'DetachPolicy', 'UpdatePolicy', 'DeletePolicy', 'DisablePolicyType',
      'RegisterDelegatedAdministrator', 'DeregisterDelegatedAdministrator', 'EnableAWSServiceAccess',
      'DisableAWSServiceAccess'
    )
  )
  OR (
    eventsource = 'account.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'EnableRegion', 'DisableRegion', 'PutAlternateContact', 'DeleteAlternateContact',
      'PutContactInformation', 'StartPrimaryEmailUpdate', 'AcceptPrimaryEmailUpdate'
    )
  )
  OR (
    eventsource = 'iam.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'SetSecurityTokenServicePreferences', 'EnableOrganizationsRootCredentialsManagement',
      'EnableOrganizationsRootSessions'
    )
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
