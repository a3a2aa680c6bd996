// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PAGE_SCRIPT, PAGE_STYLE } from './assets.ts';
import type { Following } from './by-unit.ts';
import { html, trusted, type Markup } from './markup.ts';
import type { PageRecords } from './read-bundle.ts';
import { chartsSection } from './section-charts.ts';
import { controlsSection, type PagePlace } from './section-controls.ts';
import { filterBar, themeSwitch } from './section-filter.ts';
import { headerSection } from './section-header.ts';
import { observationsSection } from './section-observations.ts';
import { requirementsSection } from './section-requirements.ts';
import { scopeSection } from './section-scope.ts';
import { tableSection } from './section-table.ts';
import { unreadSection } from './section-unread.ts';
import type { Subjects } from './subjects.ts';
import { sumOf } from './tally.ts';

const SECTIONS = [['scope', 'Scope and coverage'], ['unread', 'Could not be read'], ['blind-spots', 'Blind spots'], ['ages', 'Age and last use'], ['controls', 'Controls'], ['requirements', 'Requirements'], ['observations', 'Observations'], ['populations', 'Populations']] as const;

/**
 * The policy of the page: nothing is fetched, only this style and this script run, and no text becomes markup
 * (Trusted Types with no policy: https://www.w3.org/TR/trusted-types/).
 */
export function contentSecurityPolicy(style: string, script: string): string {
  return `default-src 'none'; style-src ${hashSource(style)}; script-src ${hashSource(script)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;
}

/** The page as texts to write one after another: sections first, then the table's data in compressed blocks, then the script. */
export function* documentParts(records: PageRecords, subjects: Subjects, following: Following): Generator<string> {
  const checks = subjects.tally.checks();
  const controlled = new Set(records.evidence.flatMap(({ control }) => control.checks.map(({ check }) => check)));
  const observations = sumOf(checks.filter(({ check }) => !controlled.has(check)).map(({ counts }) => counts)).not_met;
  const place: PagePlace = { records, subjects, following, checks: new Map(checks.map((count) => [count.check, count])) };
  const requirements = requirementsSection(place);
  yield html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(PAGE_STYLE, PAGE_SCRIPT)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>Rollcall, run ${records.run.run}</title>
<style>${trusted(PAGE_STYLE)}</style></head>
<body><a class="skip" href="#main">Skip to the content</a>
<div class="page"><nav aria-label="Contents"><div class="rail"><ul>${SECTIONS.filter(([id]) => id !== 'requirements' || requirements !== null).map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>${themeSwitch()}</div></nav>
<main id="main" tabindex="-1">
${filterBar()}
`.markup;
  const sections: readonly (Markup | null)[] = [
    headerSection(records, subjects, observations, following), scopeSection(records, following), unreadSection(records, following), chartsSection(subjects, following),
    controlsSection(place), requirements, observationsSection(controlled, place), tableSection(subjects.held),
  ];
  for (const section of sections) if (section !== null) yield `${section.markup}\n`;
  yield html`</main>
<footer><p>Made by rollcall ${records.run.tool.version} from the bundle of run ${records.run.run}. This page is derived; what it stands on are the pages and the ledger beside it. <code>rollcall verify</code> derives it again.</p></footer>
</div>
`.markup;
  yield block('page-data', JSON.stringify(subjects.data()));
  let number = 0;
  for (const text of subjects.blocks) {
    yield block(`block-${number}`, text);
    number += 1;
  }
  yield `<script>${PAGE_SCRIPT}</script>\n</body></html>\n`;
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Data in a block that no browser runs; base64 has no character that could end the element. */
function block(id: string, json: string): string {
  return `<script type="text/plain" id="${id}">${gzipSync(json, { level: 6 }).toString('base64')}</script>\n`;
}
