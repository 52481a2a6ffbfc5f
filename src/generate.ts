import { responderPolicy, responderStages } from './contain/responder/policies.js';
import { allDashboards } from './dashboards/load.js';
import { indexPatterns } from './dashboards/opensearch/index-patterns.js';
import { ndjson, savedObjects } from './dashboards/opensearch/objects.js';
import { contractsAnew, contractText } from './model/contract.js';
import { generatePolicy, policyNames } from './permissions/policies.js';
import { catalogueText } from './queries/listed.js';
import { questionsText } from './queries/load.js';
import { questionPages } from './queries/pages.js';
import { cliPage, commandTree } from './reference/cli.js';
import { configurationPage } from './reference/configuration.js';
import { fieldsPage } from './reference/fields.js';
import { generateDuckDbTable } from './stores/duckdb/schema.js';
import { generateIsmPolicy } from './stores/opensearch/ism.js';
import { generateRole, roleNames } from './stores/opensearch/roles.js';
import { generateOpenSearchTemplate } from './stores/opensearch/template.js';

/** Every generated file: its path below the package's root, and its text. A test holds that they are fresh. */
export async function generatedFiles(): Promise<{ path: string; text: string }[]> {
  const contracts = contractsAnew();
  const tree = await commandTree();
  const ofLogs = contracts.flatMap((contract) => {
    const folder = `ingest/${contract.log}/generated`;
    return [
      { path: `${folder}/contract.json`, text: contractText(contract) },
      { path: `${folder}/duckdb.sql`, text: generateDuckDbTable(contract) },
      { path: `${folder}/opensearch-template.json`, text: generateOpenSearchTemplate(contract) },
      { path: `${folder}/ism-policy.json`, text: generateIsmPolicy(contract) },
    ];
  });
  return [
    ...ofLogs,
    ...responderStages.map((stage) => ({
      path: `ingest/deploy/responder/${stage}.json`,
      text: `${JSON.stringify(responderPolicy(stage), null, 2)}\n`,
    })),
    ...policyNames.map((name) => ({ path: `ingest/deploy/iam/${name}.json`, text: generatePolicy(name) })),
    ...roleNames.map((role) => ({ path: `ingest/deploy/opensearch-roles/${role}.json`, text: generateRole(role) })),
    ...questionPages(),
    { path: 'queries/catalogue.json', text: catalogueText() },
    { path: 'queries/questions.json', text: questionsText() },
    { path: 'docs/reference/cli.md', text: cliPage(tree) },
    { path: 'docs/reference/configuration.md', text: configurationPage(tree) },
    { path: 'docs/reference/fields.md', text: fieldsPage(contracts) },
    { path: 'dashboards/generated/index-patterns.ndjson', text: ndjson(indexPatterns(contracts, [])) },
    { path: 'dashboards/generated/dashboards.ndjson', text: ndjson(savedObjects(allDashboards())) },
  ];
}
