import type { Filter } from '../dashboards/types.js';
import type { Parameter, ParameterValue, Question } from '../model/question.js';
import { isNeeded, parametersOf } from '../queries/parameters.js';
import { html, type Markup, nothing } from './html.js';

const dates = ['0001-01-01', '9999-12-31'];

function placeholder({ type, default: value }: Parameter): string {
  if (type === 'timestamp' && (value === undefined || dates.some((date) => String(value).startsWith(date))))
    return '2026-03-01T12:00:00Z or 7d';
  const shown = defaultText(value);
  return shown === '' ? '' : `${shown}, unless given`;
}

const defaultText = (value: ParameterValue | undefined): string =>
  value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value);

/** A parameter as a labelled field; several values stand in one, between commas. */
function field(parameter: Parameter, given: readonly string[], needed: boolean): Markup {
  const { name, type, description, min, max } = parameter;
  const id = `field-${name}`;
  const bounds =
    type === 'integer'
      ? html` inputmode="numeric"${min === undefined ? nothing : html` min="${min}"`}${max === undefined ? nothing : html` max="${max}"`}`
      : nothing;
  const several = type.endsWith('[]') ? ' Several go between commas.' : '';
  return html`<div class="field"><label for="${id}">${name}${needed ? html` <span class="needed">needed</span>` : nothing}</label>
<input id="${id}" name="${name}" type="${type === 'integer' ? 'number' : 'text'}"${bounds} value="${given.join(', ')}" placeholder="${placeholder(parameter)}" aria-describedby="${id}-hint"${needed ? html` required=""` : nothing} autocomplete="off" spellcheck="false">
<p class="hint" id="${id}-hint">${description}${several}</p></div>`;
}

/** The check box that widens a question from its keys to all that was issued from them. */
export const closureField = (checked: boolean): Markup =>
  html`<div class="field check"><input id="field-closure" name="closure" type="checkbox" value="1"${checked ? html` checked=""` : nothing}> <label for="field-closure">and of every credential issued from the key</label></div>`;

/** Fields of a question: its own, then the scope. */
export function questionForm(question: Question, query: URLSearchParams): Markup {
  const fields = parametersOf(question).map((parameter) =>
    field(parameter, query.getAll(parameter.name), isNeeded(question, parameter)),
  );
  const own = fields.slice(0, question.parameters.length);
  const scope = fields.slice(question.parameters.length);
  return html`<form method="get" class="ask" data-busy="Asking ${question.title} …">
<input type="hidden" name="ask" value="1">
${own.length === 0 ? nothing : html`<fieldset><legend>What is asked</legend>${own}</fieldset>`}
<fieldset><legend>Where it looks</legend>${scope}${question.key === 'none' ? nothing : closureField(query.has('closure'))}</fieldset>
<button type="submit">Ask</button>
</form>`;
}

const scopeFields: readonly Parameter[] = [
  { name: 'key', type: 'string[]', description: 'Access key ids.' },
  { name: 'from', type: 'timestamp', description: 'Start, inclusive.' },
  { name: 'to', type: 'timestamp', description: 'End, exclusive.' },
  { name: 'accounts', type: 'string[]', description: 'Account ids; none means all.' },
  { name: 'regions', type: 'string[]', description: 'None means all.' },
];

/** The fields of a case: what every question is asked about. */
export const caseFields = (query: URLSearchParams): Markup =>
  html`${scopeFields.map((parameter) => field(parameter, query.getAll(parameter.name), false))}`;

const filterFieldNames: Readonly<Record<Filter, readonly string[]>> = {
  time: ['from', 'to'],
  account: ['accounts'],
  region: ['regions'],
  key: ['key'],
};

const filterTitles: Readonly<Record<string, string>> = {
  key: 'Access keys',
  from: 'From, UTC',
  to: 'To, UTC',
  accounts: 'Accounts',
  regions: 'Regions',
};

/** The filters of a dashboard, in a line. */
export function filterFields(filters: readonly Filter[], query: URLSearchParams): Markup {
  const names = filters.flatMap((filter) => filterFieldNames[filter]);
  const fields = scopeFields
    .filter(({ name }) => names.includes(name))
    .map(({ name, type, description }) => {
      const id = `filter-${name}`;
      const example = type === 'timestamp' ? '2026-03-01 or 7d' : 'all';
      return html`<div class="field"><label for="${id}">${filterTitles[name]!}</label><input id="${id}" name="${name}" type="text" value="${query.getAll(name).join(', ')}" placeholder="${example}" title="${description}" autocomplete="off" spellcheck="false"></div>`;
    });
  return html`${fields}${filters.includes('key') ? closureField(query.has('closure')) : nothing}`;
}

const oneKey: Parameter = { name: 'id', type: 'string', description: 'The access key id.' };

/** The fields of an investigation: one key, and where it looks. */
export function investigationFields(query: URLSearchParams): Markup {
  const id = query.get('id') ?? query.getAll('key')[0];
  const range = scopeFields.filter(({ name }) => name !== 'key');
  return html`${field(oneKey, id === undefined ? [] : [id], true)}${range.map((parameter) => field(parameter, query.getAll(parameter.name), false))}`;
}
