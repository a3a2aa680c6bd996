// SPDX-License-Identifier: Apache-2.0
import { UNIT_OUTCOMES, RESPONSIBILITY_STATEMENT } from '../../bundle/records.ts';
import { countedByUnit, type ByUnit, type Following } from './by-unit.ts';
import { counted, html, type Insert, type Markup } from './markup.ts';
import { code, moment, pairs } from './parts.ts';
import type { Records } from './read-bundle.ts';
import type { Subjects } from './subjects.ts';
import { momentInWords } from './words.ts';

/** What this is, when, who, and whose it is; then counts that lead to their sections. Never a score. */
export function headerSection({ run, scope, coverage, evidence }: Records, subjects: Subjects, observations: ByUnit, following: Following): Markup {
  const failures = run.failedLogins.map(({ target, provider, message }) => html`<p class="warn"><b>No login for ${target}</b> (${provider}): ${message}. What it would have reached is unknown.</p>`);
  const logins = run.logins.map(({ target, principal, provider, operation, endpoint, requestId, providerTime }) => html`<p>${code(principal)}<br><small>as ${provider} itself answered ${operation} at ${endpoint} for ${target}${requestId === null ? null : `, request ${requestId}`}${providerTime === null ? null : `, its time ${momentInWords(providerTime)}`}</small></p>`);
  const unexpected = coverage.gaps.filter(({ expected }) => !expected);
  const candidates = countedByUnit(evidence.flatMap(({ deviationCandidates }) => deviationCandidates));
  const unread = countedByUnit(evidence.flatMap(({ notEvaluated }) => notEvaluated));
  const facts: readonly (readonly [string, string, ByUnit, Insert])[] = [
    ['#scope', 'units in scope', countedByUnit(coverage.units), unitsNote(coverage.units, following)],
    ['#unread', 'reads failed', countedByUnit(coverage.gaps), coverage.gaps.length === 0 ? 'every read that was due ended well' : html`${following.counted(countedByUnit(unexpected), 'gap')} that nobody expected`],
    ['#populations', 'principals', subjects.identities, html`${following.counted(subjects.credentials, 'credential')} listed`],
    ['#controls', 'deviation candidates', candidates, html`${counted(evidence.length, 'control')}; ${following.counted(unread, 'result')} not evaluated`],
    ['#observations', 'observations', observations, 'not met, outside any control'],
  ];
  return html`<header class="top" id="top">
<p class="brand">Rollcall</p>
<h1>Roll of non-human identities and their credentials</h1>
<p class="lede">What was listed, what could not be, and what management's own controls show, as of ${moment(run.asOf)}.</p>
${failures}
<div class="two">
${pairs([
    ['Run', html`${code(run.run)}`], ['As of', moment(run.asOf)], ['Read', html`${moment(run.startedAt)} to ${moment(run.finishedAt)}, ${run.occasion}, depth ${run.depth}`],
    ['Read as', logins.length === 0 ? 'no login answered' : html`${logins}`], ['Scope declared by', scope.declaredBy === 'configuration' ? 'management\'s configuration' : 'nobody: the login\'s own unit only'],
    ['Made with', `rollcall ${run.tool.version}, derivation ${run.derivationVersion}, on ${run.host}`],
    ['Redaction', run.redaction.enabled ? `on, version ${run.redaction.version}: secrets are removed before anything is kept` : 'OFF: this bundle may hold secrets'],
  ])}
<aside class="statement" aria-label="Responsibility"><h2>Whose evidence this is</h2><p>${RESPONSIBILITY_STATEMENT}</p></aside>
</div>
<ul class="figures">${facts.map(([href, label, count, note]) => html`<li><a href="${href}"><b>${following.number(count)}</b> <span>${label}</span><small>${note}</small></a></li>`)}</ul>
</header>`;
}

function unitsNote(units: Records['coverage']['units'], following: Following): Markup {
  const outcomes = UNIT_OUTCOMES.map((outcome) => [outcome, units.filter((unit) => unit.outcome === outcome)] as const).filter(([, of]) => of.length > 0);
  return html`${outcomes.map(([outcome, of], at) => html`${at === 0 ? null : ', '}${following.number(countedByUnit(of))} ${outcome === 'partially_scanned' ? 'in part' : outcome}`)}`;
}
