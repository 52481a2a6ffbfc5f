import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { Investigation } from '../investigate/investigation.js';
import { reportHtml } from '../investigate/report-html.js';
import { jsonText } from './output/json.js';
import { isStream, makeFolder, writeOut } from './write-out.js';

/** Where a report goes: `--out FILE`, or a folder in which it is named after the key. */
export interface ReportPlace {
  out?: string;
  outDir?: string;
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What was asked, of what, with which version, and what came of it: so that the same can be asked again. */
function manifestOf(investigation: Investigation, files: readonly { name: string; text: string }[]): string {
  const { keytrail, keyId, generatedAt, store, scope, verdict, answers, unasked } = investigation;
  const manifest = {
    version: 1,
    keytrail,
    keyId,
    generatedAt,
    store,
    scope,
    verdict: { level: verdict.level, confidence: verdict.confidence },
    asked: answers.map(({ question, overClosure, answer }) => ({
      id: question.id,
      overClosure,
      params: answer.params,
      rows: answer.rows.length,
      truncated: answer.truncated,
    })),
    unasked,
    files: files.map(({ name, text }) => ({ name, bytes: Buffer.byteLength(text), sha256: sha256Of(text) })),
  };
  return `${jsonText(manifest, 2)}\n`;
}

/** What an investigation as JSON is, on standard output and in its file. */
export const investigationJson = (investigation: Investigation): string => `${jsonText(investigation, 2)}\n`;

/**
 * Writes the report: `report.html`, `report.json` with every row, `report.manifest.json`, and `report.sha256`, which
 * `sha256sum -c` reads in their folder. A name that ends in .json is the JSON file alone. Returns the paths written,
 * the page first. A stream gets the page alone. Each file is whole or not there; the hashes come last.
 */
export async function writeReport(investigation: Investigation, { out, outDir }: ReportPlace): Promise<string[]> {
  const json = investigationJson(investigation);
  if (out?.endsWith('.json')) {
    await writeOut(out, json);
    return [out];
  }
  if (out !== undefined && (await isStream(out))) {
    await writeOut(out, reportHtml(investigation));
    return [out];
  }
  const flag = out === undefined ? '--out-dir' : '--out';
  if (out === undefined) await makeFolder(outDir!, flag);
  const page = out ?? join(outDir!, `report-${investigation.keyId}.html`);
  const stem = page.replace(/\.html?$/, '');
  const name = basename(stem);
  const contents = [
    { name: basename(page), text: reportHtml(investigation) },
    { name: `${name}.json`, text: json },
  ];
  const sealed = [...contents, { name: `${name}.manifest.json`, text: manifestOf(investigation, contents) }];
  const folder = page.slice(0, page.length - basename(page).length);
  for (const file of sealed) await writeOut(`${folder}${file.name}`, file.text, flag);
  const sums = sealed.map((file) => `${sha256Of(file.text)}  ${file.name}\n`).join('');
  await writeOut(`${folder}${name}.sha256`, sums, flag);
  return [...sealed.map((file) => `${folder}${file.name}`), `${folder}${name}.sha256`];
}

/** The page by its path; what lies beside it by name. */
export const writtenTo = ([page = '', ...others]: readonly string[]): string =>
  `report written to ${page}${others.length === 0 ? '' : `, with ${others.map((file) => basename(file)).join(', ')}`}\n`;
