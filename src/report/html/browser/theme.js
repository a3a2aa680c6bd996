// SPDX-License-Identifier: Apache-2.0
import { byId } from './dom.js';

/** The switch between the system's colours, light and dark. Holds while the page is open: no file keeps anything on the reader's machine. */
export function makeThemeSwitch() {
  const group = byId('theme', HTMLElement);
  const buttons = [...group.querySelectorAll('button')];
  for (const button of buttons) {
    button.addEventListener('click', () => {
      const theme = button.dataset['theme'] ?? '';
      if (theme === '') delete document.documentElement.dataset['theme'];
      else document.documentElement.dataset['theme'] = theme;
      for (const one of buttons) one.setAttribute('aria-pressed', String(one === button));
    });
  }
  group.hidden = false;
}
