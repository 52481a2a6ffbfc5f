import { expect, test } from 'vitest';
import { allContracts, type Contract, contractOf } from '../../../src/model/contract.js';
import { generateOpenSearchTemplate, indexTemplate, storeTemplates } from '../../../src/stores/opensearch/template.js';

type Node = Record<string, unknown>;

function mappingAt(contract: Contract, field: string): unknown {
  let node = indexTemplate(contract).template.mappings as Node;
  for (const step of field.split('.')) node = (node.properties as Record<string, Node>)[step]!;
  return node;
}

test.each(allContracts())('every ECS field of $log has its type', (contract) => {
  const targets = [...contract.fields.flatMap(({ ecs }) => ecs), ...contract.derived.map(({ ecs }) => ecs)];
  for (const { field, type } of targets) {
    const name = { raw: 'keyword', epoch: 'date' }[type as string] ?? type;
    expect(mappingAt(contract, field), field).toMatchObject({ type: name });
  }
});

test('an unknown name neither fails a document nor grows the mapping', () => {
  for (const contract of allContracts())
    expect(indexTemplate(contract).template.mappings).toMatchObject({
      dynamic: false,
      _meta: { keytrail: { schema: 3 } },
    });
});

test('a log’s months share an alias to search by, under which nobody writes', () => {
  const alias = { is_write_index: false };
  expect(indexTemplate(contractOf('vpcflow')).template.aliases).toEqual({ 'keytrail-vpcflow': alias });
  expect(indexTemplate(contractOf('vpcflow'), 'team').template.aliases).toEqual({ 'team-keytrail-vpcflow': alias });
});

test('long text is kept outside the index', () => {
  const raw = { type: 'keyword', index: false, doc_values: false };
  expect(mappingAt(contractOf('cloudtrail'), 'aws.cloudtrail.request_parameters')).toEqual(raw);
  expect(mappingAt(contractOf('cloudtrail'), 'unmapped')).toEqual(raw);
});

test('a prefix keeps stores apart', () => {
  expect(
    [...storeTemplates([contractOf('cloudtrail'), contractOf('vpcflow')], 'team')].map(([name, template]) => [
      name,
      ...template.index_patterns,
    ]),
  ).toEqual([
    ['team-keytrail-cloudtrail', 'team-keytrail-cloudtrail-*'],
    ['team-keytrail-vpcflow', 'team-keytrail-vpcflow-*'],
    ['team-keytrail-ledger', 'team-keytrail-ledger'],
    ['team-keytrail-dead-letters', 'team-keytrail-dead-letters'],
  ]);
});

test('two fields at one place are a contract’s mistake', () => {
  const contract = contractOf('vpcflow');
  const [first] = contract.fields;
  const clash = (field: string): Contract => ({
    ...contract,
    fields: [...contract.fields, { ...first!, ecs: [{ field, type: 'keyword' }] }],
  });
  expect(() => indexTemplate(clash('source.ip'))).toThrow(expect.objectContaining({ code: 'bad_contract' }));
  expect(() => indexTemplate(clash('source.ip.more'))).toThrow(expect.objectContaining({ code: 'bad_contract' }));
});

test('the generated file is the template of an unprefixed store', () => {
  const contract = contractOf('cloudtrail');
  expect(JSON.parse(generateOpenSearchTemplate(contract))).toEqual(indexTemplate(contract));
});
