// SPDX-License-Identifier: Apache-2.0
import { html, type Markup } from './markup.ts';

/** The filter of the whole page. Hidden until the script works it: without one nothing is filtered. */
export function filterBar(): Markup {
  return html`<div class="filterbar" id="filterbar" role="search" aria-label="Filter of the whole page" hidden>
<label><span>Provider</span><select id="f-provider"><option value="">All</option></select></label>
<label><span>Unit</span><select id="f-unit"><option value="">All</option></select></label>
<p class="notice"><output id="filtered" aria-live="polite"></output> <button type="button" id="whole" class="link" hidden>Show the whole page</button></p>
</div>
<p id="lost" class="warn" role="status" hidden></p>`;
}

/** Colours: as the system has them, or one of the two. */
export function themeSwitch(): Markup {
  return html`<div class="theme" id="theme" role="group" aria-label="Colours" hidden><button type="button" data-theme="" aria-pressed="true">Auto</button><button type="button" data-theme="light" aria-pressed="false">Light</button><button type="button" data-theme="dark" aria-pressed="false">Dark</button></div>`;
}
