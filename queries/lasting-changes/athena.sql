SELECT
  eventtime AS event_time,
  eventid AS event_id,
  account_id,
  awsregion AS region,
  NULLIF(useridentity.accesskeyid, '') AS access_key_id,
  NULLIF(useridentity.arn, '') AS arn,
  eventsource AS event_source,
  eventname AS event_name,
  requestparameters AS parameters,
  responseelements AS response,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE NULLIF(errorcode, '') IS NULL
  AND (
    (
      eventsource = 'iam.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'CreateUser', 'CreateRole', 'UpdateAssumeRolePolicy', 'CreateAccessKey', 'UpdateAccessKey',
        'CreateLoginProfile', 'UpdateLoginProfile', 'EnableMFADevice', 'CreateOpenIDConnectProvider',
        'AddClientIDToOpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint',
        'CreateSAMLProvider', 'UpdateSAMLProvider', 'AttachUserPolicy', 'AttachRolePolicy',
        'AttachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy', 'AddUserToGroup',
        'CreatePolicyVersion', 'SetDefaultPolicyVersion'
      )
    )
    OR (
      eventsource = 'sso.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'AttachManagedPolicyToPermissionSet', 'AttachCustomerManagedPolicyReferenceToPermissionSet',
        'PutInlinePolicyToPermissionSet', 'CreateAccountAssignment'
      )
    )
    OR (
      eventsource = 'rolesanywhere.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'CreateTrustAnchor', 'UpdateTrustAnchor', 'EnableTrustAnchor'
      )
    )
    OR (
      eventsource = 'lambda.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'CreateFunction', 'UpdateFunctionCode', 'UpdateFunctionConfiguration', 'AddPermission',
        'CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig'
      )
    )
    OR (
      eventsource = 'ec2.amazonaws.com'
      AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
        'RunInstances'
      )
    )
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
