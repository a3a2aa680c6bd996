// SPDX-License-Identifier: Apache-2.0
import { byId } from './dom.js';

/** Places of the page: sections, and pages of a control or a requirement, which stand alone when one is asked for. */
export function makePlace() {
  const main = byId('main', HTMLElement);
  const lost = byId('lost', HTMLElement);
  /** @type {Element | null} */
  let alone = null;

  /** @param {string} at */
  function leafOf(at) {
    const found = at === '' ? null : document.getElementById(at);
    return found !== null && found.classList.contains('leaf') ? found : null;
  }

  /** Shows the page of a control or a requirement alone, or everything. @param {string} at */
  function show(at) {
    const leaf = leafOf(at);
    lost.hidden = at === '' || document.getElementById(at) !== null;
    if (!lost.hidden) lost.textContent = `This page has no place named ${at}. It may stand in the report of another run.`;
    if (leaf === alone) return;
    alone = leaf;
    document.documentElement.toggleAttribute('data-alone', leaf !== null);
    const section = leaf?.parentElement ?? null;
    for (const part of main.querySelectorAll(':scope > section')) part.classList.toggle('off', section !== null && part !== section);
    for (const part of main.querySelectorAll(':scope > section > :not(h2)')) part.classList.toggle('off', section !== null && part.parentElement === section && part !== leaf);
    for (const part of main.querySelectorAll('.leaf.current')) part.classList.remove('current');
    leaf?.classList.add('current');
  }

  /** Brings a place into view. @param {string} at */
  function go(at) {
    const leaf = leafOf(at);
    const target = leaf ?? (at === '' ? main : document.getElementById(at));
    if (leaf !== null || at === '') scrollTo(0, 0);
    else target?.scrollIntoView();
    // Whoever reads on with keys goes on from here. A plain fragment has moved the focus already, and whoever was quick went on from it.
    if (target instanceof HTMLElement && (leaf !== null || location.hash.slice(1) !== at)) {
      if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
  }

  return { show, go, isAlone: () => alone !== null };
}
