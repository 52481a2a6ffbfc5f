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
    json_extract_scalar(requestparameters, '$.detectorId'),
    json_extract_scalar(requestparameters, '$.configurationRecorderName'),
    json_extract_scalar(requestparameters, '$.deliveryChannelName'),
    json_extract_scalar(requestparameters, '$.configRuleName'),
    json_extract_scalar(requestparameters, '$.analyzerName'),
    json_extract_scalar(requestparameters, '$.graphArn'),
    json_extract_scalar(requestparameters, '$.webACLArn'),
    json_extract_scalar(requestparameters, '$.name'),
    json_extract_scalar(requestparameters, '$.rule'),
    json_extract_scalar(requestparameters, '$.id'),
    json_extract_scalar(requestparameters, '$.alarmNames[0]'),
    json_extract_scalar(requestparameters, '$.standardsSubscriptionArns[0]'),
    json_extract_scalar(requestparameters, '$.productSubscriptionArn'),
    json_extract_scalar(requestparameters, '$.resourceTypes[0]'),
    json_extract_scalar(requestparameters, '$.accountIds[0]'),
    json_extract_scalar(requestparameters, '$.status')
  ) AS target,
  requestparameters AS parameters,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'guardduty.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'DeleteDetector', 'UpdateDetector', 'UpdateMemberDetectors', 'StopMonitoringMembers',
      'DisassociateMembers', 'DeleteMembers', 'DisassociateFromMasterAccount',
      'DisassociateFromAdministratorAccount', 'DisableOrganizationAdminAccount', 'CreateFilter',
      'UpdateFilter', 'CreateIPSet', 'UpdateIPSet', 'ArchiveFindings', 'DeletePublishingDestination',
      'DeleteThreatIntelSet'
    )
  )
  OR (
    eventsource = 'securityhub.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'DisableSecurityHub', 'BatchDisableStandards', 'UpdateStandardsControl',
      'DisableImportFindingsForProduct', 'DisassociateMembers', 'DeleteMembers',
      'DisassociateFromMasterAccount', 'DisassociateFromAdministratorAccount',
      'DisableOrganizationAdminAccount', 'CreateAutomationRule'
    )
  )
  OR (
    eventsource = 'config.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'PutConfigurationRecorder',
      'DeleteDeliveryChannel', 'DeleteConfigRule', 'DeleteConfigurationAggregator',
      'DeleteOrganizationConfigRule'
    )
  )
  OR (
    eventsource = 'access-analyzer.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'DeleteAnalyzer', 'CreateArchiveRule', 'UpdateArchiveRule'
    )
  )
  OR (
    eventsource = 'macie2.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'DisableMacie', 'UpdateMacieSession', 'CreateFindingsFilter'
    )
  )
  OR (
    eventsource = 'inspector2.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'Disable', 'DisableDelegatedAdminAccount', 'CreateFilter'
    )
  )
  OR (
    eventsource = 'detective.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('DeleteGraph', 'DeleteMembers')
  )
  OR (
    eventsource = 'monitoring.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('DeleteAlarms', 'DisableAlarmActions')
  )
  OR (
    eventsource = 'events.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('DisableRule', 'DeleteRule', 'RemoveTargets')
  )
  OR (
    eventsource IN ('waf.amazonaws.com', 'waf-regional.amazonaws.com', 'wafv2.amazonaws.com')
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN ('DeleteWebACL', 'DisassociateWebACL')
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
