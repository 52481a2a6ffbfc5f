-- Generated from fields.yaml by `npm run generate`.
CREATE TABLE aws_config_items (
  "id" VARCHAR NOT NULL,
  "configurationitemversion" VARCHAR,
  "configurationitemcapturetime" VARCHAR,
  "configurationstateid" VARCHAR,
  "awsaccountid" VARCHAR,
  "configurationitemstatus" VARCHAR,
  "resourcetype" VARCHAR,
  "resourceid" VARCHAR,
  "resourcename" VARCHAR,
  "arn" VARCHAR,
  "awsregion" VARCHAR,
  "availabilityzone" VARCHAR,
  "configurationstatemd5hash" VARCHAR,
  "resourcecreationtime" VARCHAR,
  "relatedevents" VARCHAR,
  "relationships" VARCHAR,
  "configuration" VARCHAR,
  "supplementaryconfiguration" VARCHAR,
  "tags" VARCHAR,
  "unmapped" VARCHAR
);
