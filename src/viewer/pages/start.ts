import { allDashboards } from '../../dashboards/load.js';
import type { Question } from '../../model/question.js';
import { allQuestions } from '../../queries/load.js';
import { procedureSteps } from '../../queries/steps.js';
import { tacticsOf } from '../../queries/tactics.js';
import { address, caseOf } from '../address.js';
import { caseFields, closureField } from '../form.js';
import { html, type Markup, nothing } from '../html.js';
import { type Frame, layout, plural } from '../layout.js';

const wordsOf = (question: Question): string =>
  [
    question.id,
    question.title,
    question.question,
    question.severity,
    ...question.logs,
    ...tacticsOf(question),
    ...question.attack.techniques,
  ]
    .join(' ')
    .toLowerCase();

/** Every word that was searched for is somewhere in what a question is. */
function finds(search: string): (question: Question) => boolean {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (question) => {
    const text = wordsOf(question);
    return words.every((word) => text.includes(word));
  };
}

function entry(question: Question, frame: Frame): Markup {
  const { id, title, question: asked, severity } = question;
  return html`<li data-words="${wordsOf(question)}"><a href="${address(['question', id], frame.about)}">${title}</a> <span class="severity ${severity}">${severity}</span><p>${asked}</p></li>`;
}

/** The pack by step of the procedure, and what the case is. */
export function startPage(query: URLSearchParams, frame: Frame): Markup {
  const search = query.get('search') ?? '';
  const found = allQuestions().filter(finds(search));
  const steps = Object.entries(procedureSteps).flatMap(([step, title]) => {
    const own = found.filter((question) => question.step === step);
    if (own.length === 0) return [];
    return [
      html`<section aria-labelledby="step-${step}"><h2 id="step-${step}">${title}</h2><ul class="questions">${own.map((question) => entry(question, frame))}</ul></section>`,
    ];
  });
  const about = caseOf(query);
  const hidden = Object.entries(about).flatMap(([name, values]) =>
    values.map((value) => html`<input type="hidden" name="${name}" value="${value}">`),
  );
  const said = Object.entries(about).map(([name, values]) =>
    name === 'closure' ? 'closure' : `${name} ${values.join(', ')}`,
  );
  const dashboards = allDashboards().map(
    ({ id, title }) => html`<li><a href="${address(['dashboard', id], frame.about)}">${title}</a></li>`,
  );
  const main = html`<h1>Questions</h1>
<form method="get" action="/" role="search" class="search">${hidden}
<label for="search">Search the questions</label>
<input id="search" name="search" type="search" value="${search}" autocomplete="off" spellcheck="false" aria-describedby="search-hint" aria-keyshortcuts="/">
<button type="submit">Search</button>
<p class="hint" id="search-hint">By name, words, tactic, technique or log. The key / comes here.</p></form>
<details class="case"${said.length > 0 ? html` open=""` : nothing}><summary>The case${said.length > 0 ? html`: ${said.join('; ')}` : ': whose key, when, where'}</summary>
<form method="get" action="/"><div class="fields">${caseFields(query)}</div>${closureField(query.has('closure'))}
<button type="submit">Set</button> <a href="/">Clear</a></form></details>
<nav class="line" aria-label="Dashboards"><p>Dashboards</p><ul>${dashboards}</ul></nav>
<p id="found" class="aside">${plural(found.length, 'question')}</p>
${steps}`;
  return layout('Questions', main, frame);
}
