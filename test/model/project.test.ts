import { expect, test } from 'vitest';
import { contractOf } from '../../src/model/contract.js';
import { projector } from '../../src/model/project.js';

const contract = contractOf('cloudtrail');
const project = projector(contract);

function projected(record: Record<string, unknown>) {
  const { values, unmapped } = project(record);
  const named = Object.fromEntries(
    contract.fields
      .map((field, position) => [field.column, values[position]] as const)
      .filter(([, value]) => value !== null),
  );
  return { named, unmapped: unmapped === null ? null : JSON.parse(unmapped) };
}

test('fields of the contract are taken, whatever their depth', () => {
  expect(
    projected({
      eventName: 'GetObject',
      readOnly: true,
      userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn: 'arn:x' } } },
      requestParameters: { bucketName: 'b' },
      resources: [{ ARN: 'arn:1', type: 'T' }, { ARN: 'arn:2' }],
      errorCode: null,
    }),
  ).toEqual({
    named: {
      eventname: 'GetObject',
      readonly: 'true',
      'useridentity.type': 'AssumedRole',
      'useridentity.sessioncontext.sessionissuer.arn': 'arn:x',
      requestparameters: '{"bucketName":"b"}',
      'resources[].arn': ['arn:1', 'arn:2'],
      'resources[].accountid': [null, null],
      'resources[].type': ['T', null],
    },
    unmapped: null,
  });
});

test('what the contract does not know, or knows as another type, is kept', () => {
  expect(
    projected({
      eventName: { nested: 1 },
      userIdentity: { type: 'IAMUser', shoeSize: 43, sessionContext: 'text' },
      resources: [{ ARN: 'arn:1', ARNPrefix: 'arn:p' }, 'text'],
      '@version': '1',
      tlsDetails: [],
    }),
  ).toEqual({
    named: {
      'useridentity.type': 'IAMUser',
      'resources[].arn': ['arn:1', null],
      'resources[].accountid': [null, null],
      'resources[].type': [null, null],
    },
    unmapped: {
      eventName: { nested: 1 },
      userIdentity: { shoeSize: 43, sessionContext: 'text' },
      resources: [{ ARNPrefix: 'arn:p' }, 'text'],
      '@version': '1',
      tlsDetails: [],
    },
  });
});

test('names that every object has are data like others', () => {
  const record = JSON.parse('{"__proto__":{"x":1},"constructor":"c","userIdentity":{"toString":"t"}}');
  const { unmapped } = projected(record);
  expect(JSON.stringify(unmapped)).toBe('{"__proto__":{"x":1},"constructor":"c","userIdentity":{"toString":"t"}}');
});

test('a number that its column can’t hold is kept beside it, never cut', () => {
  const flow = projector(contractOf('vpcflow'));
  const { values, unmapped } = flow({ srcport: 2 ** 31, dstport: 443, bytes: 2 ** 53, packets: 2 ** 53 - 1 });
  expect(values.filter((value) => value !== null)).toEqual([443, 2 ** 53 - 1]);
  expect(JSON.parse(unmapped ?? '')).toEqual({ srcport: 2 ** 31, bytes: 2 ** 53 });
});

test('half a surrogate pair in JSON is replaced, and nothing that only looks like one', () => {
  const { named } = projected({ requestParameters: { a: '\ud800', b: '\\ud800', c: '\u{1f600}', 'k\udc00': 1 } });
  expect(JSON.parse(String(named.requestparameters))).toEqual({
    a: '\ufffd',
    b: '\\ud800',
    c: '\u{1f600}',
    'k\ufffd': 1,
  });
});
