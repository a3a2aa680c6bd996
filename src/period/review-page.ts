// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { PAGE_STYLE } from '../report/html/assets.ts';
import { html, shown, trusted } from '../report/html/markup.ts';
import { REVIEW_SCRIPT, REVIEW_STYLE } from '../report/html/review-assets.ts';
import type { Act, ItemState, ItemStanding, ReviewState } from './review.ts';
import type { RepresentedItem, ReviewItem, ReviewSheet } from './review-format.ts';
import { minute, whoActed } from './words.ts';

const STYLE = `${PAGE_STYLE}${REVIEW_STYLE}`;
const STANDINGS: readonly ItemStanding[] = ['undecided', 'confirmed', 'approved', 'changed'];
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The policy of the page: this style and script alone, requests to its own server alone, no frame around it, no text that becomes markup. */
export const REVIEW_PAGE_POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(REVIEW_SCRIPT)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;

/** The page on which people decide. It holds no item: those come as data, so that no text of a resource is ever part of markup. */
export function reviewPage({ started, review, state }: Pick<ReviewState, 'started' | 'review' | 'state'>): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>Review ${review}</title><style>${trusted(STYLE)}</style></head>
<body><a class="skip" href="#items">Skip to the items</a><main class="review">
<p class="brand">Rollcall</p><h1>Review ${review}</h1>
<p>${started.count} ${started.population} of run <code>${started.run}</code>, frozen as SHA-256 <code>${started.populationSha256}</code>. Window: ${minute(started.opens)} to ${minute(started.closes)}; ${state}. Held by ${whoActed(started.by)} by authority of ${started.authority}.</p>
<p>The owner confirms need; a second person approves. A name that is typed here is recorded as <em>typed only</em>. What is saved is never edited or removed: a new decision is one more.</p>
<div class="bars">
<form id="who" autocomplete="off"><label for="name">Your name <input id="name" required minlength="2" maxlength="256"></label><label for="role">You act as <select id="role"><option value="owner">owner: confirms need</option><option value="approver">approver: approves</option></select></label><label for="same">If one person does both, why <input id="same" maxlength="1000"></label><button id="save" disabled>Nothing to save</button><button type="button" id="end">End</button></form>
<div role="search"><label for="find">Find <input id="find" type="search"></label><label for="state">State <select id="state"><option value="">All</option>${STANDINGS.map((one) => html`<option>${one}</option>`)}</select></label><label for="group">Group <select id="group"><option value="">All</option></select></label><output id="found" for="find state group"></output></div>
<form id="all" autocomplete="off"><label for="all-decision">All that are found <select id="all-decision"><option>keep</option><option>rotate</option><option>revoke</option><option value="agree">as the owner decided</option></select></label><label for="all-reason">Why <input id="all-reason" required maxlength="1000"></label><button>Prepare</button></form>
<p id="status" role="status" aria-live="polite"></p>
</div>
<ul class="items" id="items" tabindex="-1" aria-label="Items"></ul>
<button type="button" id="more" hidden>Show more</button>
</main><script type="module">${trusted(REVIEW_SCRIPT)}</script></body></html>
`.markup;
}

/** The items of the page as data, with how each stands. Every text is one that a page may show. */
export function reviewPageItems(sheet: ReviewSheet, state: ReviewState): { readonly items: readonly object[]; readonly groups: ReviewSheet['groups'] } {
  const seen = new Map<string, ReviewItem | RepresentedItem>([...sheet.items, ...(sheet.represented?.items ?? [])].map((item) => [item.key, item]));
  return { items: state.items.map((item) => pageItem(item, seen.get(item.key))), groups: sheet.groups };
}

function pageItem(item: ItemState, seen: ReviewItem | RepresentedItem | undefined): object {
  const facts = seen === undefined ? BLANK : 'system' in seen ? ofRepresented(seen) : ofItem(seen);
  const fields = Object.fromEntries(Object.entries(facts).map(([name, text]) => [name, typeof text === 'string' ? shown(text) : text.map(shown)]));
  const act = (one: Act | null, words: string): string => (one === null ? '' : shown(`${words} ${one.decision} by ${whoActed(one.by)}: ${one.reason}${one.late ? ' (outside the window)' : ''}${one.samePersonReason === null ? '' : ` (same person: ${one.samePersonReason})`}`));
  return { key: item.key, read: item.read, ...fields, state: item.state, decided: act(item.owner, 'owner:'), approved: act(item.approver, 'approver:'), wanted: item.owner?.decision ?? '', search: shown([item.key, ...Object.values(facts).flat()].join(' ').toLowerCase()) };
}

interface Facts { readonly title: string; readonly kind: string; readonly unit: string; readonly owner: string; readonly purpose: string; readonly age: string; readonly lastUsed: string; readonly lastUsedNote: string; readonly privilege: string; readonly status: string; readonly more: readonly string[]; readonly group: string }
const BLANK: Facts = { title: '', kind: '', unit: '', owner: '', purpose: '', age: '', lastUsed: '', lastUsedNote: '', privilege: '', status: '', more: [], group: '' };

function ofItem(item: ReviewItem): Facts {
  return {
    title: `${item.identity} ${item.name}`, kind: item.kind, unit: item.unit, owner: `${item.owner} (${item.ownerBasis})`, purpose: item.purpose, age: item.ageDays, lastUsed: item.lastUsed, lastUsedNote: item.lastUsedNote, privilege: item.privilege, status: item.status, group: item.group ?? '',
    more: [...item.notMet.map(({ check, reason }) => `not met: ${check}: ${reason}`), ...item.acceptances.map(({ acceptance, check, expires }) => `accepted: ${acceptance} for ${check}, to ${expires}`)],
  };
}

function ofRepresented(item: RepresentedItem): Facts {
  return { ...BLANK, title: item.credential, kind: 'management representation', unit: item.system, owner: item.owner, purpose: item.purpose, age: '', lastUsed: item.last_used === '' ? 'management does not say' : item.last_used, lastUsedNote: 'as management says; not read', status: '', more: [item.created === '' ? '' : `created ${item.created}`, item.last_rotated === '' ? '' : `last rotated ${item.last_rotated}`, item.note].filter((line) => line !== '') };
}
