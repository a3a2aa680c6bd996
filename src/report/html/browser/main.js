// SPDX-License-Identifier: Apache-2.0
import { openBlock } from './data.js';
import { makeDetail } from './detail.js';
import { byId, grouped } from './dom.js';
import { chosenUnits, hashOf, searcher, TABLE, viewOf } from './filter.js';
import { makePageFilter } from './page-filter.js';
import { makePlace } from './place.js';
import { makeTable, PRINTED } from './table.js';
import { makeThemeSwitch } from './theme.js';
import { makeTools } from './tools.js';
/** @import { PageData } from '../page-data.ts' */
/** @import { View } from './filter.js' */

start().catch((/** @type {unknown} */ error) => {
  const failure = byId('failure', HTMLElement);
  failure.textContent = `The table could not be opened: ${error instanceof Error ? error.message : String(error)}. The same rows are in populations/principals.csv and populations/credentials.csv.`;
  failure.hidden = false;
});

async function start() {
  /** @type {PageData} */
  const data = await openBlock('page-data');
  const searchers = { identities: searcher(data, 'identities'), credentials: searcher(data, 'credentials') };
  const printNote = byId('printnote', HTMLElement);
  const count = byId('count', HTMLElement);
  const caption = byId('rows-caption', HTMLElement);
  let view = viewOf(location.hash);
  let chosen = chosenUnits(data, view);
  let found = 0;

  makeThemeSwitch();
  const place = makePlace();
  const filter = makePageFilter(data, (part) => change(part));
  const tools = makeTools(data, change);
  const table = makeTable(data, (by) => change({ sort: by === 'number' ? '' : by }));
  const detail = makeDetail(data, () => {
    if (view.open !== '') change({ open: '' });
  });
  addEventListener('hashchange', () => {
    const next = viewOf(location.hash);
    // A row is opened over the place where its link stands.
    const stays = next.open !== '' && next.at === '';
    const moved = !stays || next.at !== '';
    view = stays ? { ...next, at: view.at } : next;
    if (stays) history.replaceState(null, '', hashOf(view));
    render();
    if (moved) place.go(view.at);
  });
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement || document.querySelector('dialog[open]') !== null) return;
    event.preventDefault();
    if (place.isAlone()) {
      change({ at: TABLE });
      place.go(TABLE);
    }
    byId('f-q', HTMLInputElement).focus();
  });
  addEventListener('beforeprint', () => {
    printNote.textContent = found > PRINTED ? `The first ${grouped(PRINTED)} of ${grouped(found)} rows are printed. All are in ${data[view.tab].file}.` : '';
    table.print(true);
  });
  addEventListener('afterprint', () => table.print(false));

  byId('explorer', HTMLElement).hidden = false;
  render();
  document.documentElement.dataset['ready'] = 'true';
  if (view.at !== '') place.go(view.at);

  /** @param {Partial<View>} part */
  function change(part) {
    view = { ...view, ...part };
    history.replaceState(null, '', hashOf(view));
    render();
  }

  function render() {
    chosen = chosenUnits(data, view);
    filter.show(view, chosen);
    place.show(view.at);
    tools.show(view, chosen);
    const rows = searchers[view.tab].find(view, chosen);
    found = rows.length;
    const all = data[view.tab].key.length;
    const words = rows.length === all ? `${grouped(all)} ${view.tab}` : `${grouped(rows.length)} of ${grouped(all)} ${view.tab}`;
    if (count.textContent !== words) count.textContent = words;
    caption.textContent = `${view.tab === 'identities' ? 'Identities' : 'Credentials'} with the results of their checks`;
    table.show(view, rows);
    void detail.open(view.open);
  }
}
