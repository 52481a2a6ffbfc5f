import { expect, test } from 'vitest';
import { type AlarmOptions, alarmTemplate } from '../../src/harden/alarm-template.js';

const keyId = 'AKIAIOSFODNN7EXAMPLE';
const options: Record<string, AlarmOptions> = {
  'a new topic': { target: { email: 'a@example.org' }, logGroup: 'trail', keyIds: [keyId] },
  'a topic that is there': {
    target: { topicArn: 'arn:aws:sns:us-east-1:111122223333:security' },
    logGroup: null,
    keyIds: [],
  },
};

/** Every object in a template. */
function* objects(value: unknown): Iterable<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const member of Object.values(value)) yield* objects(member);
}

test.each(Object.entries(options))('%s: each reference is to something that is there', (_, given) => {
  const template = alarmTemplate(given);
  const names = new Set([...Object.keys(template.Parameters), ...Object.keys(template.Resources)]);
  let references = 0;
  for (const object of objects(template)) {
    if (object.Ref === undefined) continue;
    references++;
    expect(names.has(String(object.Ref)) || String(object.Ref).startsWith('AWS::'), String(object.Ref)).toBe(true);
  }
  expect(references).toBeGreaterThan(10);
  for (const { Condition } of Object.values(template.Resources))
    if (Condition !== undefined) expect(Object.keys(template.Conditions)).toContain(Condition);
  // Logical ids are letters and digits.
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9]{1,255}$/);
  expect(JSON.stringify(alarmTemplate(given))).toBe(JSON.stringify(template));
});

test('each alarm is on the metric of a filter, and is heard', () => {
  const { Resources } = alarmTemplate(options['a new topic']!);
  const of = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
  const metrics = of('AWS::Logs::MetricFilter').map(
    ({ Properties }) => (Properties.MetricTransformations as { MetricNamespace: string; MetricName: string }[])[0]!,
  );
  const alarms = of('AWS::CloudWatch::Alarm');
  expect(alarms).toHaveLength(17);
  for (const { Properties } of alarms) {
    expect(metrics).toContainEqual(
      expect.objectContaining({ MetricNamespace: Properties.Namespace, MetricName: Properties.MetricName }),
    );
    expect(Properties.AlarmActions).toEqual([{ Ref: 'Topic' }]);
  }
});

test('a topic of its own is encrypted by a key that its publishers may use; another’s is left as it is', () => {
  const { Resources } = alarmTemplate(options['a new topic']!);
  expect(Resources.Topic?.Properties).toMatchObject({
    KmsMasterKeyId: { Ref: 'TopicKey' },
    Subscription: [{ Protocol: 'email', Endpoint: 'a@example.org' }],
  });
  const statements = (Resources.TopicKey!.Properties.KeyPolicy as { Statement: Record<string, unknown>[] }).Statement;
  const publishers = statements.find(({ Sid }) => Sid === 'Publishers');
  expect(publishers).toMatchObject({ Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] } });
  // With a condition EventBridge delivers nothing.
  expect(publishers).not.toHaveProperty('Condition');
  const types = Object.values(alarmTemplate(options['a topic that is there']!).Resources).map(({ Type }) => Type);
  expect(types.filter((type) => /SNS|KMS/.test(type))).toEqual([]);
});
