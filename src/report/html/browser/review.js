// SPDX-License-Identifier: Apache-2.0
// The page of `rollcall review serve`: shows the frozen items, takes decisions, sends them as one batch.
import { byId, element, grouped, visible } from './dom.js';

/**
 * @typedef {{ key: string, read: boolean, title: string, kind: string, unit: string, owner: string, purpose: string, age: string, lastUsed: string, lastUsedNote: string, privilege: string, status: string, more: string[], group: string, state: string, decided: string, approved: string, wanted: string, search: string }} Item
 */
const STEP = 100;
/** What is shown: all items, and how many of those that are found. @type {{ items: Item[], limit: number }} */
const shown = { items: [], limit: STEP };
/** Decisions that are not sent yet, by key. @type {Map<string, { decision: string, reason: string }>} */
const drafts = new Map();
const find = byId('find', HTMLInputElement);
const stateFilter = byId('state', HTMLSelectElement);
const groupFilter = byId('group', HTMLSelectElement);
const list = byId('items', HTMLElement);
const status = byId('status', HTMLElement);
const save = byId('save', HTMLButtonElement);
const role = byId('role', HTMLSelectElement);

/** What the program answers: to `items` items and groups, to `decisions` count and sequence, to what it refuses the problem. @typedef {{ items: Item[], groups: { id: string, title: string, count: number }[], count: number, sequence: number, problem: string }} Answer */
/** @param {string} path @param {unknown} [body] @returns {Promise<{ ok: boolean, value: Answer }>} */
async function call(path, body) {
  const answer = await fetch(path, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { ok: answer.ok, value: await answer.json() };
}

/** @param {string} words @param {boolean} [bad] */
function say(words, bad = false) {
  status.textContent = words;
  status.classList.toggle('warn', bad);
}

function wanted() {
  const words = find.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return shown.items.filter((item) => words.every((word) => item.search.includes(word)) && (stateFilter.value === '' || item.state === stateFilter.value) && (groupFilter.value === '' ? true : groupFilter.value === '-' ? item.group === '' : item.group === groupFilter.value));
}

function count() {
  save.textContent = drafts.size === 0 ? 'Nothing to save' : `Save ${grouped(drafts.size)} ${drafts.size === 1 ? 'decision' : 'decisions'}`;
  save.disabled = drafts.size === 0;
}

function draw() {
  const found = wanted();
  byId('found', HTMLElement).textContent = `${grouped(found.length)} of ${grouped(shown.items.length)} items`;
  list.replaceChildren(...found.slice(0, shown.limit).map(row));
  byId('more', HTMLButtonElement).hidden = found.length <= shown.limit;
}

/** @param {Item} item */
function row(item) {
  const id = `i${shown.items.indexOf(item)}`;
  const draft = drafts.get(item.key);
  const pick = element('fieldset', { class: 'pick' }, element('legend', { class: 'unseen' }, `Decision for ${item.title}`));
  const reason = element('input', { type: 'text', id: `${id}-reason`, maxlength: '1000', value: draft?.reason ?? '', 'aria-label': `Reason for ${item.title}`, placeholder: 'why' });
  /** @param {string} decision */
  const put = (decision) => {
    drafts.set(item.key, { decision, reason: reason.value });
    count();
  };
  for (const decision of ['keep', 'rotate', 'revoke']) {
    const radio = element('input', { type: 'radio', name: id, value: decision, id: `${id}-${decision}`, ...(draft?.decision === decision ? { checked: '' } : {}) });
    radio.addEventListener('change', () => put(decision));
    pick.append(radio, element('label', { for: `${id}-${decision}` }, decision));
  }
  const clear = element('button', { type: 'button', class: 'link' }, 'clear');
  clear.addEventListener('click', () => {
    drafts.delete(item.key);
    count();
    draw();
  });
  pick.append(clear);
  reason.addEventListener('input', () => {
    const now = drafts.get(item.key);
    if (now !== undefined) put(now.decision);
  });
  const facts = [['last used', item.lastUsed, item.lastUsedNote], ['status', item.status, ''], ['age in days', item.age, ''], ['owner', item.owner, ''], ['purpose', item.purpose, ''], ['privilege', item.privilege, '']];
  return element('li', { class: 'item', 'data-key': item.key },
    element('h3', {}, visible(item.title), ' ', element('small', { class: 'code' }, item.kind)),
    element('p', { class: 'code' }, item.key, item.read ? '' : ' \u2014 management representation, not read'),
    element('dl', { class: 'shown-facts' }, ...facts.map(([term = '', text = '', note = '']) => element('div', {}, element('dt', {}, term), element('dd', {}, text, ...(note === '' || note === 'none' ? [] : [' ', element('small', {}, note)]))))),
    ...(item.more.length === 0 ? [] : [element('ul', {}, ...item.more.map((line) => element('li', {}, line)))]),
    element('p', { class: 'stand' }, element('b', {}, item.state), item.decided === '' ? '' : `; ${item.decided}`, item.approved === '' ? '' : `; ${item.approved}`),
    pick, element('div', { class: 'reason' }, reason));
}

async function load() {
  const { ok, value } = await call('items');
  if (!ok) return say(value.problem, true);
  shown.items = value.items;
  groupFilter.replaceChildren(element('option', { value: '' }, 'All'), element('option', { value: '-' }, 'In no group'), ...value.groups.map((group) => element('option', { value: group.id }, `${group.title} (${grouped(group.count)})`)));
  draw();
  count();
}

for (const input of [find, stateFilter, groupFilter]) input.addEventListener('input', () => {
  shown.limit = STEP;
  draw();
});
byId('more', HTMLButtonElement).addEventListener('click', () => {
  shown.limit += STEP;
  draw();
});
byId('all', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const decision = byId('all-decision', HTMLSelectElement).value;
  const reason = byId('all-reason', HTMLInputElement).value;
  const agree = decision === 'agree';
  let made = 0;
  for (const item of wanted()) {
    if (agree && item.wanted === '') continue;
    drafts.set(item.key, { decision: agree ? item.wanted : decision, reason });
    made += 1;
  }
  count();
  draw();
  say(`${grouped(made)} decisions prepared; nothing is saved yet.`);
});
async function saveAll() {
  save.disabled = true;
  const same = byId('same', HTMLInputElement).value.trim();
  const { ok, value } = await call('decisions', { role: role.value, name: byId('name', HTMLInputElement).value, samePersonReason: same === '' ? null : same, items: [...drafts].map(([key, draft]) => ({ key, ...draft })) });
  if (ok) {
    drafts.clear();
    say(`Saved: ${grouped(value.count)} decisions, place ${value.sequence} of the log.`);
    await load();
  } else say(value.problem, true);
  count();
}
async function end() {
  if (drafts.size > 0) return say('Some decisions are not saved: save them, or clear them, first.', true);
  await call('end', {});
  say('The page has ended. You can close it.');
  for (const control of document.querySelectorAll('button, input, select')) control.setAttribute('disabled', '');
  return undefined;
}
/** A failure of the connection must be seen: nothing was saved then. @param {Promise<void>} work */
function told(work) {
  work.catch((/** @type {unknown} */ error) => say(`The program does not answer (${String(error)}). What is not saved is not in the log.`, true));
}
byId('who', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  told(saveAll());
});
byId('end', HTMLButtonElement).addEventListener('click', () => told(end()));
await load();
document.documentElement.dataset['ready'] = '';
