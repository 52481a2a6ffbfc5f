import { cisWatches, keyWatches, type Watch } from './alarms.js';

export interface AlarmOptions {
  /** Where alarms go: a topic that is there, or a new one, with a subscriber by mail or without. */
  target: { topicArn: string } | { email: string | null };
  /** Log group of the trail; null: to be named when the stack is made. */
  logGroup: string | null;
  /** Access keys whose every use raises an alarm. */
  keyIds: readonly string[];
}

type Json = string | number | boolean | Json[] | { [name: string]: Json };

interface Resource {
  Type: string;
  Condition?: string;
  Properties: { [name: string]: Json };
}

/** A CloudFormation template, as it is written. */
export interface Template {
  AWSTemplateFormatVersion: string;
  Description: string;
  Parameters: { [name: string]: Json };
  Conditions: { [name: string]: Json };
  Resources: { [name: string]: Resource };
  Outputs: { [name: string]: Json };
}

const publishers = ['cloudwatch.amazonaws.com', 'events.amazonaws.com'];
const namespace = 'Keytrail';

/** What tells of GuardDuty and Macie findings, of the patterns of CIS 4.1 to 4.15, and of the use of keys. */
export function alarmTemplate({ target, logGroup, keyIds }: AlarmOptions): Template {
  const isOwn = !('topicArn' in target);
  const topic: Json = isOwn ? { Ref: 'Topic' } : target.topicArn;
  const watches = [...cisWatches, ...[...new Set(keyIds)].flatMap(keyWatches)];
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      'Tells of GuardDuty and Macie findings, of changes that CIS AWS Foundations 4 names, and of use of keys.',
    Parameters: {
      TrailLogGroup: {
        Type: 'String',
        Default: logGroup ?? '',
        Description: 'Log group of CloudWatch Logs that CloudTrail delivers to. Empty in Regions that have none.',
      },
    },
    Conditions: { HasLogGroup: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'TrailLogGroup' }, ''] }] } },
    Resources: {
      ...(isOwn ? topicResources(target.email) : {}),
      GuardDutyFindings: rule('GuardDuty findings of severity 4 and above, and all about credentials', topic, {
        source: ['aws.guardduty'],
        'detail-type': ['GuardDuty Finding'],
        detail: {
          // Some of these have a low severity, and are what a leaked credential looks like.
          $or: [
            { severity: [{ numeric: ['>=', 4] }] },
            { type: [{ prefix: 'UnauthorizedAccess:IAMUser/' }, { prefix: 'CredentialAccess:' }] },
          ],
        },
      }),
      MacieFindings: rule('Macie findings', topic, { source: ['aws.macie'], 'detail-type': ['Macie Finding'] }),
      ...Object.fromEntries(watches.flatMap((watch) => alarm(watch, topic))),
    },
    Outputs: { TopicArn: { Value: topic, Description: 'Where the alarms go.' } },
  };
}

/**
 * A topic, encrypted with a key of its own: CloudWatch and EventBridge can't use AWS's key for SNS. Neither the key's
 * policy nor the topic's may bind EventBridge by a condition, with which nothing is delivered (Amazon SNS developer
 * guide: Key management, Enable compatibility between event sources from AWS services and encrypted topics).
 */
function topicResources(email: string | null): Record<string, Resource> {
  const account: Json = { Ref: 'AWS::AccountId' };
  return {
    TopicKey: {
      Type: 'AWS::KMS::Key',
      Properties: {
        Description: 'Encrypts the topic of alarms',
        EnableKeyRotation: true,
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'Owner',
              Effect: 'Allow',
              Principal: { AWS: { 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, 'iam', '', account, 'root']] } },
              Action: 'kms:*',
              Resource: '*',
            },
            {
              Sid: 'Publishers',
              Effect: 'Allow',
              Principal: { Service: publishers },
              Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
              Resource: '*',
            },
          ],
        },
      },
    },
    Topic: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        KmsMasterKeyId: { Ref: 'TopicKey' },
        ...(email === null ? {} : { Subscription: [{ Protocol: 'email', Endpoint: email }] }),
      },
    },
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'Alarms',
              Effect: 'Allow',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: { Ref: 'Topic' },
              Condition: { StringEquals: { 'aws:SourceAccount': account } },
            },
            {
              Sid: 'Findings',
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: { Ref: 'Topic' },
            },
          ],
        },
      },
    },
  };
}

const rule = (Description: string, topic: Json, EventPattern: Json): Resource => ({
  Type: 'AWS::Events::Rule',
  Properties: { Description, EventPattern, State: 'ENABLED', Targets: [{ Id: 'topic', Arn: topic }] },
});

/** A metric filter and the alarm on its metric: one call is enough. */
function alarm({ name, control, title, pattern }: Watch, topic: Json): [string, Resource][] {
  const about = control === null ? title : `${title} (CIS AWS Foundations ${control})`;
  return [
    [
      `${name}Filter`,
      {
        Type: 'AWS::Logs::MetricFilter',
        Condition: 'HasLogGroup',
        Properties: {
          LogGroupName: { Ref: 'TrailLogGroup' },
          FilterPattern: pattern,
          MetricTransformations: [{ MetricNamespace: namespace, MetricName: name, MetricValue: '1' }],
        },
      },
    ],
    [
      `${name}Alarm`,
      {
        Type: 'AWS::CloudWatch::Alarm',
        Condition: 'HasLogGroup',
        Properties: {
          AlarmName: `keytrail-${name}`,
          AlarmDescription: about,
          Namespace: namespace,
          MetricName: name,
          Statistic: 'Sum',
          Period: 300,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          TreatMissingData: 'notBreaching',
          AlarmActions: [topic],
        },
      },
    ],
  ];
}
