WITH keys AS (
  SELECT
    useridentity.accesskeyid AS access_key_id,
    NULLIF(useridentity.accountid, '') AS account_id,
    COUNT(*) AS events,
    MIN(eventtime) AS first_seen,
    MAX(eventtime) AS last_seen
  FROM events
  WHERE useridentity.accesskeyid <> ''
  GROUP BY 1, 2
), decoded AS (
  SELECT
    *,
    -- Base32, five bits a character: 40 bits from the second bit of the fifth character on are the account.
    CASE WHEN regexp_like(access_key_id, '^(AKIA|ASIA)[Q-Z2-7][A-Z2-7]{15}$') THEN
      lpad(CAST(
        2 * (
          (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(access_key_id, 5, 1)) - 17) * 34359738368
          + (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(access_key_id, 6, 1)) - 1) * 1073741824
          + (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(access_key_id, 7, 1)) - 1) * 33554432
          + (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(access_key_id, 8, 1)) - 1) * 1048576
          + (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(access_key_id, 9, 1)) - 1) * 32768
          + (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(access_key_id, 10, 1)) - 1) * 1024
          + (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(access_key_id, 11, 1)) - 1) * 32
          + (strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(access_key_id, 12, 1)) - 1)
        )
        + CASE WHEN strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', substr(access_key_id, 13, 1)) > 16 THEN 1 ELSE 0 END
        AS varchar
      ), 12, '0')
    END AS decoded_account_id
  FROM keys
)
SELECT
  access_key_id,
  decoded_account_id,
  account_id,
  decoded_account_id = account_id AS agrees,
  events,
  first_seen,
  last_seen
FROM decoded
ORDER BY access_key_id, account_id
LIMIT :limit
