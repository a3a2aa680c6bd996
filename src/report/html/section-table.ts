// SPDX-License-Identifier: Apache-2.0
import { counted, html, type Markup } from './markup.ts';
import { code } from './parts.ts';
import type { PageData, TableColumns } from './page-data.ts';

/** The table's frame. The script fills and works it; without a script it says where the same rows are. */
export function tableSection(data: Pick<PageData, 'identities' | 'credentials'>): Markup {
  return html`<section id="populations" class="wide" aria-labelledby="populations-title"><h2 id="populations-title">Populations and verdicts</h2>
<noscript><p class="warn">This table needs JavaScript, which is off. The same rows, with the same numbers, are in ${code('populations/principals.csv')} and ${code('populations/credentials.csv')}, and in ${code('populations.xlsx')} beside this page.</p></noscript>
<div id="explorer" hidden>
<div class="tabs" role="tablist" aria-label="Population">
<button type="button" role="tab" id="tab-identities" aria-controls="panel" data-tab="identities">Identities <span class="n" id="n-identities">${data.identities.total}</span></button>
<button type="button" role="tab" id="tab-credentials" aria-controls="panel" data-tab="credentials">Credentials <span class="n" id="n-credentials">${data.credentials.total}</span></button>
</div>
<div id="panel" role="tabpanel">
<p class="tabnote" id="tabnote"></p>
${cut(data.identities, 'identities')}${cut(data.credentials, 'credentials')}
<div class="tools" role="search" aria-label="Search and filter the table">
<label class="grow"><span>Search</span><input id="f-q" type="search" placeholder="Name, id, owner, unit" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>
${(['result', 'check', 'reason', 'kind', 'class', 'state', 'owner'] as const).map((name) => html`<label><span id="l-${name}">${LABELS[name]}</span><select id="f-${name}"><option value="">All</option></select></label>`)}
<label class="sortby"><span>Sort by</span><select id="f-sort"></select></label>
</div>
<p class="count"><span><output id="count" aria-live="polite"></output> <button type="button" id="clear" class="link" hidden>Clear search and filters</button></span> <span class="keys">Arrow keys move, Enter opens, / searches</span></p>
<div class="viewport" id="viewport"><table id="rows" class="rows" aria-labelledby="populations-title" aria-describedby="count"><caption class="unseen" id="rows-caption"></caption><thead><tr id="heads"></tr></thead><tbody id="body"></tbody></table></div>
<p class="printnote" id="printnote"></p>
</div></div>
<p id="failure" class="warn" role="alert" hidden></p>
</section>
<dialog id="detail" aria-labelledby="detail-title"><div class="bar"><h2 id="detail-title"></h2><button type="button" id="close" aria-label="Close">Close</button></div><div id="detail-body" tabindex="-1"></div></dialog>`;
}

const LABELS = { result: 'Result', check: 'Check', reason: 'Reason', kind: 'Kind', class: 'Class', state: 'State', owner: 'Owner' } as const;

function cut({ key, total, file }: TableColumns, name: string): Markup | null {
  return key.length === total ? null : html`<p class="warn">This page holds the first ${key.length} of ${counted(total, 'row')} of ${name}, so that a browser can open it. All are in ${code(file)}. Searching here does not search the others.</p>`;
}
