// SPDX-License-Identifier: Apache-2.0
import { openBlock } from './data.js';
import { byId, element, grouped, resultMark, visible } from './dom.js';
/** @import { Entry, EntryCredential, FactGroup, PageData, VerdictLine } from '../page-data.ts' */

/** References that stand open; the others fold. */
const OPEN_REFERENCES = 4;

/**
 * One identity with its credentials, in a dialog.
 * @param {PageData} data
 * @param {() => void} closed
 */
export function makeDetail(data, closed) {
  const dialog = byId('detail', HTMLDialogElement);
  const title = byId('detail-title', HTMLElement);
  const body = byId('detail-body', HTMLElement);
  /** @type {Map<number, Promise<readonly Entry[]>>} */
  const blocks = new Map();
  let wanted = '';

  byId('close', HTMLButtonElement).addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    wanted = '';
    closed();
  });

  /** @param {number} number */
  function blockOf(number) {
    const opened = blocks.get(number) ?? openBlock(`block-${number}`);
    blocks.set(number, opened);
    return opened;
  }

  /** @param {string} key of an identity or a credential; an empty one closes */
  async function open(key) {
    if (key === wanted) return;
    wanted = key;
    if (key === '') {
      if (dialog.open) dialog.close();
      return;
    }
    const [tab, row] = placeOf(data, key);
    const number = row === -1 ? undefined : data[tab].entry[row];
    const entry = number === undefined ? undefined : (await blockOf(Math.floor(number / data.entriesPerBlock)))[number % data.entriesPerBlock];
    if (wanted !== key) return;
    if (entry === undefined) {
      title.replaceChildren('Not in this page');
      body.replaceChildren(element('p', {}, 'No row of this page has the key ', element('code', {}, key), '. It may stand in another run.'));
    } else {
      title.replaceChildren(visible(entry.identity?.name ?? entry.credentials[0]?.name ?? entry.key));
      body.replaceChildren(...entryParts(data, entry, key));
    }
    if (!dialog.open) dialog.showModal();
    const mark = tab === 'credentials' ? body.querySelector('.credential.asked') : null;
    if (mark === null) dialog.scrollTop = 0;
    else mark.scrollIntoView({ block: 'start' });
    body.focus({ preventScroll: true });
  }
  return { open };
}

/**
 * Where a key's row stands; -1 where it has none.
 * @param {PageData} data
 * @param {string} key
 * @returns {['identities' | 'credentials', number]}
 */
function placeOf(data, key) {
  const row = data.identities.key.indexOf(key);
  return row !== -1 ? ['identities', row] : ['credentials', data.credentials.key.indexOf(key)];
}

/** @param {PageData} data @param {Entry} entry @param {string} asked */
function entryParts(data, entry, asked) {
  const { identity } = entry;
  /** @type {Node[]} */
  const parts = [];
  if (identity !== null) {
    parts.push(element('p', { class: 'sub' }, element('span', {}, identity.kind), ' in ', element('code', {}, entry.unit), ...(identity.self ? [' ', element('span', { class: 'tag' }, 'used by Rollcall')] : []), element('br'), element('code', {}, identity.address)));
    parts.push(...section('What is known of it', facts(identity)));
  } else parts.push(element('p', { class: 'sub' }, 'No identity of this page holds it; it stands in ', element('code', {}, entry.unit), '.'));
  if (entry.verdicts.length > 0) parts.push(...section('Results', verdicts(data, entry.verdicts)));
  parts.push(...section(`Credentials (${grouped(entry.credentials.length)})`, entry.credentials.length === 0 ? element('p', { class: 'none' }, 'None listed in this page. Whether that list closed is said above, under the numbers of credentials.') : element('div', {}, ...entry.credentials.map((credential) => credentialCard(data, credential, credential.key === asked)))));
  if (entry.trusts.length > 0) {
    parts.push(...section('Who may become it', element('ul', { class: 'plain' }, ...entry.trusts.map((trust) => element('li', {}, element('b', {}, trust.who), element('div', {}, trust.external), ...trust.conditions.map((condition) => element('div', { class: 'code' }, `if ${condition}`)), references(trust.refs))))));
  }
  if (entry.grants.length > 0) {
    parts.push(...section('What gives it rights', element('ul', { class: 'plain' }, ...entry.grants.map((grant) => element('li', {}, element('b', {}, grant.via), element('div', { class: 'code' }, grant.policy), element('div', {}, grant.administrator), references(grant.refs))))));
  }
  parts.push(...section('Follow it to the source', commands(data, entry)));
  return parts;
}

/** @param {string} heading @param {Node} content */
function section(heading, content) {
  return [element('h3', {}, heading), content];
}

/** @param {PageData} data @param {EntryCredential} credential @param {boolean} asked */
function credentialCard(data, credential, asked) {
  return element('article', { class: asked ? 'credential asked' : 'credential' },
    element('h4', {}, element('code', {}, credential.id), ' ', element('span', { class: 'tag' }, credential.kind), ...(credential.name === '' ? [] : [' ', element('span', { class: 'dim' }, credential.name)])),
    facts(credential), ...(credential.verdicts.length === 0 ? [] : [verdicts(data, credential.verdicts)]));
}

/** @param {FactGroup} group */
function facts({ facts: lines, refs }) {
  const list = element('dl', { class: 'facts' });
  for (const [label, status, words, places] of lines) {
    const value = element('dd', { class: status }, words);
    if (places.length > 0) value.append(' ', element('span', { class: 'cite' }, places.map((place) => `[${place + 1}]`).join('')));
    list.append(element('div', {}, element('dt', {}, label), value));
  }
  if (refs.length === 0) return list;
  return element('div', {}, list, element('ol', { class: 'refs' }, ...refs.map((ref) => element('li', {}, ref))));
}

/** @param {PageData} data @param {readonly VerdictLine[]} lines */
function verdicts(data, lines) {
  return element('ul', { class: 'plain verdicts' }, ...lines.map((line) => {
    const { check, severity, expected, thresholds } = data.bases[line.basis] ?? { check: -1, severity: '', expected: '', thresholds: [] };
    return element('li', {},
      element('div', { class: 'verdict' }, resultMark(data.results[line.result] ?? '', null), element('code', {}, data.checks[check] ?? ''), element('span', { class: 'dim' }, `severity ${severity}`)),
      ...(line.about === null ? [] : [element('div', { class: 'dim' }, line.about)]),
      element('div', {}, line.reason),
      element('dl', { class: 'facts small' }, term('Held to', expected), ...(line.observed === '' ? [] : [term('Observed', line.observed)]), ...thresholds.map((threshold) => term('Threshold', threshold))),
      references(line.refs));
  }));
}

/** @param {string} label @param {string} text */
function term(label, text) {
  return element('div', {}, element('dt', {}, label), element('dd', {}, text));
}

/** @param {readonly string[]} refs */
function references(refs) {
  if (refs.length === 0) return element('div', { class: 'dim' }, 'no page reference');
  const list = element('ul', { class: 'refs' }, ...refs.map((ref) => element('li', {}, ref)));
  if (refs.length <= OPEN_REFERENCES) return list;
  return element('details', {}, element('summary', {}, `${grouped(refs.length)} references`), list);
}

/** @param {PageData} data @param {Entry} entry */
function commands(data, entry) {
  /** @type {string[]} */
  const lines = [];
  const identity = data.identities.key.indexOf(entry.key);
  if (entry.identity !== null && identity !== -1) lines.push(`rollcall trace principals:${identity + 1}`);
  for (const { key } of entry.credentials) {
    const row = data.credentials.key.indexOf(key);
    if (row !== -1) lines.push(`rollcall trace credentials:${row + 1}`);
  }
  return element('div', {}, element('p', {}, 'Run beside the bundle: from the row to its page, its call, and the provider\'s own command that shows the same record today.'), element('pre', {}, lines.join('\n')));
}
