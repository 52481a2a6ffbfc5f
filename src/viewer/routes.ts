import { createHash } from 'node:crypto';
import { KeytrailError } from '../errors.js';
import { askedQuestions, inScope, investigate } from '../investigate/investigate.js';
import { reportHtml } from '../investigate/report-html.js';
import { allTime } from '../model/question.js';
import { coverageOf } from '../queries/coverage.js';
import { questionById } from '../queries/load.js';
import { bindQuestion } from '../queries/parameters.js';
import { caseOf } from './address.js';
import { bindAddress, isWide, lackingOf } from './bind.js';
import { dashboardReply } from './dashboard-routes.js';
import { troublePage } from './layout.js';
import { coveragePage } from './pages/coverage.js';
import { dashboardsPage } from './pages/dashboard.js';
import { investigatePage } from './pages/investigate.js';
import { pivotPage } from './pages/pivot.js';
import { questionPage } from './pages/question.js';
import { recordPage } from './pages/record.js';
import { startPage } from './pages/start.js';
import { type Kind, kindTitles } from './pivots.js';
import { isRecordLog, recordsOf } from './record.js';
import { pageReply, type Reply, statusOf } from './reply.js';
import type { ExportFormat, Site, Visit } from './site.js';

async function question(id: string, { query, frame, signal }: Visit, { answers, now }: Site): Promise<Reply> {
  const found = questionById(id);
  // Whether it is to be asked, and has what it needs; else its form is shown.
  if (!query.has('ask') || lackingOf(found, query).length > 0) {
    const lacking = query.has('ask')
      ? { message: 'Something that the question needs was not given.', hint: 'Fill in what is marked as needed.' }
      : null;
    return pageReply(questionPage(found, null, lacking, query, frame), lacking ? 400 : 200);
  }
  try {
    const bound = bindAddress(found, query, now());
    const given = await answers.of(bound, isWide(found, query), signal, query.has('fresh'));
    return pageReply(questionPage(found, { bound, given }, null, query, frame));
  } catch (error) {
    if (!(error instanceof KeytrailError)) throw error;
    return pageReply(questionPage(found, null, error, query, frame), statusOf(error));
  }
}

const exportTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
};

async function exported(
  file: string,
  { query, signal }: Visit,
  { answers, now, exported }: Site,
): Promise<Reply | null> {
  const [, id = '', format = ''] = /^([a-z0-9-]+)\.(csv|json|ndjson)$/.exec(file) ?? [];
  if (id === '') return null;
  const found = questionById(id);
  const { answer } = await answers.of(bindAddress(found, query, now()), isWide(found, query), signal);
  return {
    status: 200,
    type: exportTypes[format as ExportFormat],
    body: exported(answer, found, format as ExportFormat),
    headers: { 'Content-Disposition': `attachment; filename="${found.id}.${format}"` },
  };
}

async function report({ query }: Visit, { lender, now, version }: Site): Promise<Reply> {
  const keyId = query.get('id') ?? '';
  const range = Object.fromEntries(
    ['from', 'to', 'accounts', 'regions'].flatMap((name) => (query.get(name) ? [[name, query.getAll(name)]] : [])),
  );
  const { scope } = bindQuestion({ ...questionById('key-owner'), key: 'required' }, { key: [keyId], ...range }, now());
  const { keyIds, ...within } = scope;
  if (keyIds.length !== 1)
    throw new KeytrailError('bad_parameter', 'an investigation is of one access key', { hint: 'Give one id.' });
  const page = await lender.lend(async ({ engine, check }) => {
    await check(inScope(askedQuestions(), scope), true);
    return reportHtml(await investigate({ engine, keyId: keyIds[0]!, scope: within, now: now(), version }));
  });
  // Its style is inside it: only these very texts are let in, and nothing else.
  const styles = [...page.matchAll(/<style>([^<]*)<\/style>/g)].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    body: page,
    headers: {
      'Content-Security-Policy': `default-src 'none'; style-src ${styles.join(' ')}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox`,
    },
  };
}

async function record({ query, frame }: Visit, { lender }: Site): Promise<Reply | null> {
  const log = query.get('log') ?? 'cloudtrail';
  if (!isRecordLog(log)) return null;
  const wanted = { log, id: query.get('id') ?? '', at: query.get('at') };
  const records = await lender.lend(({ engine }) => recordsOf(engine, wanted));
  return pageReply(recordPage(wanted, records, frame), records.length === 0 ? 404 : 200);
}

async function coverage({ query, frame }: Visit, { lender, now }: Site): Promise<Reply> {
  const { key: _, closure: __, ...range } = caseOf(query);
  const { scope } = bindQuestion({ ...questionById('key-owner'), key: 'none' }, range, now());
  return pageReply(
    coveragePage(await lender.lend(({ engine }) => coverageOf(engine, { ...allTime, ...scope })), frame),
  );
}

function pivot({ query, frame }: Visit): Reply | null {
  const kind = query.get('kind') ?? '';
  const value = query.get('value') ?? '';
  return Object.hasOwn(kindTitles, kind) && value !== '' ? pageReply(pivotPage(kind as Kind, value, frame)) : null;
}

/** The answer to an address; null: there is no such page. */
async function found(visit: Visit, site: Site): Promise<Reply | null> {
  const [page = '', name, part, more] = visit.path;
  if (more !== undefined) return null;
  if (page === 'dashboard' && name !== undefined) return dashboardReply(name, part ?? null, visit, site);
  if (part !== undefined) return null;
  if (name !== undefined) {
    if (page === 'question') return question(name, visit, site);
    if (page === 'export') return exported(name, visit, site);
    return null;
  }
  switch (page) {
    case '':
      return pageReply(startPage(visit.query, visit.frame));
    case 'dashboards':
      return pageReply(dashboardsPage(visit.frame));
    case 'pivot':
      return pivot(visit);
    case 'record':
      return record(visit, site);
    case 'investigate':
      return pageReply(investigatePage(visit.query, visit.frame));
    case 'report':
      return report(visit, site);
    case 'coverage':
      return coverage(visit, site);
    default:
      return null;
  }
}

/** What can't be answered is a page, too; a fault of keytrail's own is thrown. */
export async function reply(visit: Visit, site: Site): Promise<Reply> {
  const { frame } = visit;
  try {
    const page = await found(visit, site);
    if (page) return page;
    return pageReply(troublePage('No such page', 'There is nothing at this address.', undefined, frame), 404);
  } catch (error) {
    if (!(error instanceof KeytrailError)) throw error;
    return pageReply(troublePage('That could not be answered', error.message, error.hint, frame), statusOf(error));
  }
}
