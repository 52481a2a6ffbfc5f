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
    json_extract_scalar(requestparameters, '$.modelId'),
    json_extract_scalar(requestparameters, '$.modelArn'),
    json_extract_scalar(requestparameters, '$.foundationModelId'),
    json_extract_scalar(requestparameters, '$.baseModelIdentifier'),
    json_extract_scalar(requestparameters, '$.agentId'),
    json_extract_scalar(requestparameters, '$.flowIdentifier')
  ) AS model,
  NULLIF(errorcode, '') AS error_code,
  NULLIF(sourceipaddress, '') AS source_ip
FROM events
WHERE eventsource = 'bedrock.amazonaws.com'
  AND regexp_replace(eventname, '[0-9_]+(v[0-9]+)?$', '') IN (
    'InvokeModel', 'InvokeModelWithResponseStream', 'InvokeModelWithBidirectionalStream',
    'Converse', 'ConverseStream', 'StartAsyncInvoke', 'CreateModelInvocationJob', 'InvokeAgent',
    'InvokeInlineAgent', 'InvokeFlow', 'RetrieveAndGenerate', 'CallWithBearerToken',
    'CreateFoundationModelAgreement', 'PutFoundationModelEntitlement', 'PutUseCaseForModelAccess',
    'GetUseCaseForModelAccess', 'GetFoundationModelAvailability',
    'ListFoundationModelAgreementOffers', 'ListFoundationModels',
    'CreateProvisionedModelThroughput', 'CreateModelCustomizationJob',
    'GetModelInvocationLoggingConfiguration', 'PutModelInvocationLoggingConfiguration',
    'DeleteModelInvocationLoggingConfiguration'
  )
ORDER BY event_time, event_id, account_id
LIMIT :limit
