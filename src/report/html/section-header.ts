// SPDX-License-Identifier: Apache-2.0
import { RESPONSIBILITY_STATEMENT } from '../../bundle/records.ts';
import { counted, html, type Markup } from './markup.ts';
import { code, moment, pairs } from './parts.ts';
import type { Records } from './read-bundle.ts';
import type { Subjects } from './subjects.ts';
import { momentInWords } from './words.ts';

/** What this is, when, who, and whose it is; then counts that lead to their sections. Never a score. */
export function headerSection({ run, scope, coverage, evidence }: Records, { data }: Subjects, observations: number): Markup {
  const failures = run.failedLogins.map(({ target, provider, message }) => html`<p class="warn"><b>No login for ${target}</b> (${provider}): ${message}. What it would have reached is unknown.</p>`);
  const logins = run.logins.map(({ target, principal, provider, operation, endpoint, requestId, providerTime }) => html`<p>${code(principal)}<br><small>as ${provider} itself answered ${operation} at ${endpoint} for ${target}${requestId === null ? null : `, request ${requestId}`}${providerTime === null ? null : `, its time ${momentInWords(providerTime)}`}</small></p>`);
  const unexpected = coverage.gaps.filter(({ expected }) => !expected).length;
  const candidates = evidence.reduce((sum, { deviationCandidates }) => sum + deviationCandidates.length, 0);
  const unread = evidence.reduce((sum, { notEvaluated }) => sum + notEvaluated.length, 0);
  const facts: readonly (readonly [string, string, number, string])[] = [
    ['#scope', 'units in scope', coverage.units.length, unitsNote(coverage.units)],
    ['#unread', 'reads failed', coverage.gaps.length, coverage.gaps.length === 0 ? 'every read that was due ended well' : `${counted(unexpected, 'gap')} that nobody expected`],
    ['#populations', 'principals', data.identities.total, `${counted(data.credentials.total, 'credential')} listed`],
    ['#controls', 'deviation candidates', candidates, `${counted(evidence.length, 'control')}; ${counted(unread, 'result')} not evaluated`],
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
<ul class="figures">${facts.map(([href, label, count, note]) => html`<li><a href="${href}"><b>${count}</b> <span>${label}</span><small>${note}</small></a></li>`)}</ul>
</header>`;
}

function unitsNote(units: Records['coverage']['units']): string {
  const of = (outcome: string): number => units.filter((unit) => unit.outcome === outcome).length;
  return (['scanned', 'partially_scanned', 'failed', 'excluded', 'unreachable'] as const).filter((outcome) => of(outcome) > 0).map((outcome) => `${of(outcome)} ${outcome === 'partially_scanned' ? 'in part' : outcome}`).join(', ');
}
