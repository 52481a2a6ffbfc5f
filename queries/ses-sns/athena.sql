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
    json_extract_scalar(requestparameters, '$.identity'),
    json_extract_scalar(requestparameters, '$.emailIdentity'),
    json_extract_scalar(requestparameters, '$.emailAddress'),
    json_extract_scalar(requestparameters, '$.domain'),
    json_extract_scalar(requestparameters, '$.source'),
    json_extract_scalar(requestparameters, '$.fromEmailAddress'),
    json_extract_scalar(requestparameters, '$.phoneNumber'),
    json_extract_scalar(requestparameters, '$.destinationPhoneNumber'),
    json_extract_scalar(requestparameters, '$.topicArn'),
    json_extract_scalar(requestparameters, '$.targetArn')
  ) AS target,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE (
    eventsource = 'ses.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'SendEmail', 'SendRawEmail', 'SendTemplatedEmail', 'SendBulkEmail', 'SendBulkTemplatedEmail',
      'VerifyEmailIdentity', 'VerifyEmailAddress', 'VerifyDomainIdentity', 'VerifyDomainDkim',
      'CreateEmailIdentity', 'DeleteIdentity', 'DeleteEmailIdentity', 'UpdateAccountSendingEnabled',
      'PutAccountDetails', 'PutAccountSendingAttributes', 'GetSendQuota', 'GetAccount',
      'GetAccountSendingEnabled', 'ListIdentities', 'ListEmailIdentities'
    )
  )
  OR (
    eventsource = 'sns.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'Publish', 'PublishBatch', 'SetSMSAttributes', 'GetSMSAttributes',
      'GetSMSSandboxAccountStatus', 'CreateSMSSandboxPhoneNumber', 'VerifySMSSandboxPhoneNumber'
    )
  )
  OR (
    eventsource = 'sms-voice.amazonaws.com'
    AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
      'SendTextMessage', 'SendVoiceMessage', 'RequestPhoneNumber',
      'SetTextMessageSpendLimitOverride', 'DescribeSpendLimits'
    )
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
