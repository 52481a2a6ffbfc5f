import type { Command } from 'commander';
import type { Context } from '../context.js';
import { addFind } from './contain-accounts.js';
import { addAlarms } from './contain-alarms.js';
import { addDelete } from './contain-delete.js';
import { addEvidence } from './contain-evidence.js';
import { addPlan } from './contain-plan.js';
import { addPolicies } from './contain-policies.js';
import { addReport } from './contain-report.js';
import { addRotate } from './contain-rotate.js';
import { addRuns } from './contain-run.js';
import { addStatus } from './contain-status.js';

export function containCommand(contain: Command, context: Context): void {
  addFind(contain, context);
  addPlan(contain, context);
  addRuns(contain, context);
  addEvidence(contain, context);
  addRotate(contain, context);
  addAlarms(contain, context);
  addStatus(contain, context);
  addDelete(contain, context);
  addReport(contain, context);
  addPolicies(contain, context);
  contain.addHelpText(
    'after',
    `
Examples, in the order in which they come:
  keytrail contain plan AKIA… --store duckdb:incident.duckdb --out plan.json
  keytrail contain apply --plan plan.json
  keytrail contain verify --plan plan.json
  keytrail contain status AKIA… --plan plan.json --store duckdb:incident.duckdb`,
  );
}
