WITH RECURSIVE credentials AS (
  SELECT
    useridentity.accesskeyid AS parent_key_id,
    COALESCE(
      json_extract_scalar(responseelements, '$.credentials.accessKeyId'),
      json_extract_scalar(responseelements, '$.accessKey.accessKeyId')
    ) AS issued_key_id,
    eventtime AS issued_at,
    eventname AS event_name,
    CASE
      WHEN eventsource = 'iam.amazonaws.com'
      THEN concat('user/', COALESCE(json_extract_scalar(responseelements, '$.accessKey.userName'), '?'))
      ELSE COALESCE(
        json_extract_scalar(responseelements, '$.assumedRoleUser.arn'),
        json_extract_scalar(responseelements, '$.federatedUser.arn')
      )
    END AS issued_arn,
    json_extract_scalar(responseelements, '$.credentials.expiration') AS expiration,
    eventsource AS event_source,
    eventid AS event_id,
    account_id
  FROM everyone
  WHERE useridentity.accesskeyid <> ''
    AND (
      (
        eventsource = 'sts.amazonaws.com'
        AND json_extract_scalar(responseelements, '$.credentials.accessKeyId') IS NOT NULL
      )
      OR (
        eventsource = 'iam.amazonaws.com'
        AND eventname = 'CreateAccessKey'
        AND json_extract_scalar(responseelements, '$.accessKey.accessKeyId') IS NOT NULL
      )
    )
), sessions AS (
  SELECT issued_key_id AS access_key_id, issued_arn AS arn, issued_at AS since
  FROM credentials
  WHERE issued_arn LIKE 'arn:%'
  UNION
  SELECT useridentity.accesskeyid, useridentity.arn, MIN(eventtime)
  FROM everyone
  WHERE useridentity.accesskeyid IN (:scope_keys)
    AND useridentity.type IN ('AssumedRole', 'FederatedUser')
  GROUP BY 1, 2
), console AS (
  SELECT useridentity.accesskeyid AS access_key_id, useridentity.arn AS arn, MIN(eventtime) AS first_seen
  FROM everyone
  WHERE sessioncredentialfromconsole = 'true'
    AND useridentity.accesskeyid <> ''
  GROUP BY 1, 2
), issuing AS (
  SELECT * FROM credentials
  UNION ALL
  SELECT
    sessions.access_key_id,
    console.access_key_id,
    console.first_seen,
    'ConsoleSession',
    console.arn,
    NULL,
    'signin.amazonaws.com',
    NULL,
    NULL
  FROM sessions
  JOIN console
    ON console.arn = sessions.arn
    AND console.first_seen >= sessions.since
    AND console.access_key_id <> sessions.access_key_id
), numbered AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY parent_key_id, issued_key_id
      ORDER BY event_source DESC, issued_at, event_id, account_id
    ) AS place
  FROM issuing
), once AS (
  SELECT * FROM numbered WHERE place = 1
), chain (
  root_key_id, access_key_id, depth, parent_key_id, path,
  issued_at, event_name, issued_arn, expiration, event_source, event_id, account_id
) AS (
  SELECT
    parent_key_id,
    issued_key_id,
    1,
    parent_key_id,
    CAST(concat(parent_key_id, ' > ', issued_key_id) AS varchar),
    issued_at,
    event_name,
    issued_arn,
    expiration,
    event_source,
    event_id,
    account_id
  FROM once
  WHERE parent_key_id IN (:scope_keys)
    AND issued_key_id <> parent_key_id
  UNION ALL
  SELECT
    chain.root_key_id,
    once.issued_key_id,
    chain.depth + 1,
    once.parent_key_id,
    CAST(concat(chain.path, ' > ', once.issued_key_id) AS varchar),
    once.issued_at,
    once.event_name,
    once.issued_arn,
    once.expiration,
    once.event_source,
    once.event_id,
    once.account_id
  FROM chain
  JOIN once ON once.parent_key_id = chain.access_key_id
  WHERE chain.depth < :depth
    AND strpos(chain.path, once.issued_key_id) = 0
), ways AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY root_key_id, access_key_id
      ORDER BY depth, event_source DESC, issued_at, event_id, account_id, path
    ) AS way
  FROM chain
)
SELECT
  root_key_id,
  access_key_id,
  depth,
  parent_key_id,
  path,
  issued_at,
  event_name,
  issued_arn,
  expiration
FROM ways
WHERE way = 1
ORDER BY root_key_id, depth, access_key_id
LIMIT :limit
