-- Generated from fields.yaml by `npm run generate`.
CREATE TABLE guardduty_findings (
  "id" VARCHAR NOT NULL,
  "schemaversion" VARCHAR,
  "accountid" VARCHAR,
  "region" VARCHAR,
  "partition" VARCHAR,
  "findingid" VARCHAR,
  "arn" VARCHAR,
  "type" VARCHAR,
  "severity" DOUBLE,
  "confidence" DOUBLE,
  "title" VARCHAR,
  "description" VARCHAR,
  "createdat" VARCHAR,
  "updatedat" VARCHAR,
  "resource" VARCHAR,
  "service" VARCHAR,
  "unmapped" VARCHAR
);
