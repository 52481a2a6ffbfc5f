WITH kms AS (
  SELECT useridentity.accesskeyid AS access_key_id, eventname, errorcode, eventtime, arns
  FROM events
  WHERE eventsource = 'kms.amazonaws.com'
    AND eventname IN (
      'Decrypt', 'ReEncrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKeyPair',
      'GenerateDataKeyPairWithoutPlaintext', 'CreateGrant', 'PutKeyPolicy', 'DisableKey', 'ScheduleKeyDeletion',
      'DeleteImportedKeyMaterial', 'UpdateAlias', 'ReplicateKey'
    )
)
SELECT
  NULLIF(kms.access_key_id, '') AS access_key_id,
  eventname AS event_name,
  named.arn AS resource_arn,
  COUNT(*) AS events,
  COUNT(NULLIF(errorcode, '')) AS failed,
  MIN(eventtime) AS first_seen,
  MAX(eventtime) AS last_seen
FROM kms
LEFT JOIN UNNEST(kms.arns) AS named (arn) ON TRUE
GROUP BY 1, 2, 3
ORDER BY resource_arn, event_name, access_key_id
LIMIT :limit
