import type { Investigation, NextStep, Reason } from '../investigation.js';
import { ofRows } from './links.js';
import { html, type Markup, nothing } from './markup.js';
import { literal, timeText } from './words.js';

const step = ({ text: what, command }: NextStep): Markup =>
  html`<li>${what}${command === null ? nothing : html`<code class="command">${command}</code>`}</li>`;

/** The steps, the first `limit` of them. */
export const stepList = ({ nextSteps }: Investigation, limit = Number.POSITIVE_INFINITY): Markup =>
  html`<ol>${nextSteps.slice(0, limit).map(step)}</ol>`;

export const reasonList = (investigation: Investigation, reasons: readonly Reason[]): Markup =>
  html`<ul>${reasons.map((reason) => html`<li>It ${reason.text} ${ofRows(investigation, reason.question, reason.question)}</li>`)}</ul>`;

/** How sure, and why no surer. */
export function confidence({ verdict: { level, confidence: sure } }: Investigation): Markup {
  if (sure === 'high')
    return level === 'abused'
      ? html`Confidence: high. What was seen stays seen; more evidence can only add to it.`
      : html`Confidence: high.`;
  return level === 'unseen'
    ? html`Confidence: low, because this says nothing beyond <a href="#evidence">what was read</a>.`
    : html`Confidence: low, because <a href="#evidence">the evidence has gaps</a> that could overturn this.`;
}

/** The verdict with all that it rests on, and what is strange beside it. */
export function reasons(investigation: Investigation): Markup {
  const { verdict, firstSign } = investigation;
  return html`<p><b>${verdict.summary}</b> ${confidence(investigation)}</p>
${firstSign === null ? nothing : html`<p>The first sign is of ${literal(timeText(firstSign.slice(0, 19).concat('Z')))}; what happened before it may be the owner's.</p>`}
${verdict.reasons.length === 0 ? html`<p>No sign of abuse is in the answers. That is no all-clear: whoever does what the owner does leaves none.</p>` : html`<p>Signs of abuse:</p>${reasonList(investigation, verdict.reasons)}`}
${verdict.oddities.length === 0 ? html`<p>Nothing else is strange.</p>` : html`<p>Strange, and not counted, since each can be innocent:</p>${reasonList(investigation, verdict.oddities)}`}`;
}
