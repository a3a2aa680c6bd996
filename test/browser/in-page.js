// SPDX-License-Identifier: Apache-2.0
// Runs in the page before its own script, with the document's types; tests ask it through openPage's `ask`.

/** Where the test finds these. */
const inPage = {
  /** Width of what could be scrolled to. */
  width: () => document.documentElement.scrollWidth,
  ground: () => getComputedStyle(document.body).backgroundColor,
  focusedId: () => document.activeElement?.id ?? '',
  /** Row number, by ARIA, of the row that has the focus. */
  focusedRow: () => document.activeElement?.closest('tr')?.getAttribute('aria-rowindex') ?? '',
  focusOutline: () => (document.activeElement === null ? '' : getComputedStyle(document.activeElement).outlineStyle),
  /** Results in rows of the table that are cut off by their cell. */
  cutResults: () => [...document.querySelectorAll('#body .c-results')].flatMap((cell) => [...cell.querySelectorAll('.r')].filter((mark) => {
    const [inner, outer] = [mark.getBoundingClientRect(), cell.getBoundingClientRect()];
    return inner.bottom > outer.bottom || inner.right > outer.right;
  }).map((mark) => mark.textContent)),
  /** What has the focus, as its id, or its tag with its words. */
  focused: () => {
    const { activeElement: at } = document;
    return at === null || at === document.body ? '' : at.id === '' ? `${at.tagName.toLowerCase()} ${(at.textContent ?? '').trim().slice(0, 40)}` : at.id;
  },
  /** Whether what has the focus lies within the window and under nothing else. */
  focusIsSeen: () => {
    const { activeElement: at } = document;
    if (at === null) return false;
    const { left, top, width, height } = at.getBoundingClientRect();
    const over = document.elementFromPoint(left + Math.min(width / 2, 40), top + Math.min(height / 2, 10));
    return over !== null && (at.contains(over) || over.contains(at));
  },
  /** Fields and buttons that are seen and have no name. */
  unnamed: () => [...document.querySelectorAll('input, select, button')].filter((field) => field.checkVisibility() && (field.getAttribute('aria-label') ?? '') === '' && (field.textContent ?? '').trim() === '' && !(field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? (field.labels?.length ?? 0) > 0 : false)).map((field) => field.outerHTML),
  /** Texts within drawings that run out of them. */
  cutTexts: () => [...document.querySelectorAll('svg text')].filter((text) => {
    const [inner, outer] = [text.getBoundingClientRect(), (text.closest('svg') ?? text).getBoundingClientRect()];
    return text.checkVisibility() && (inner.left < outer.left - 1 || inner.right > outer.right + 1);
  }).map((text) => text.textContent),
  headingMarks: () => [...document.querySelectorAll('main > section > h2')].map((heading) => getComputedStyle(heading, '::after').content),
  /** Bars that stand for something and have neither area nor line of another colour than the page. */
  unseenBars: () => [...document.querySelectorAll('svg .bar')].filter((bar) => {
    const { fill, stroke } = getComputedStyle(bar);
    const ground = getComputedStyle(document.body).backgroundColor;
    return Number(bar.getAttribute('width')) > 0 && [fill, stroke].every((colour) => colour === 'none' || colour === ground);
  }).length,
  /** Seconds of the longest movement of anything. */
  longestMovement: () => Math.max(0, ...[...document.querySelectorAll('*')].flatMap((element) => getComputedStyle(element).transitionDuration.split(',').map(Number.parseFloat))),
  dialogOverflows: () => [...document.querySelectorAll('dialog[open]')].some((dialog) => dialog.scrollWidth > dialog.clientWidth),
  beforePrint: () => dispatchEvent(new Event('beforeprint')),
  afterPrint: () => dispatchEvent(new Event('afterprint')),
  /** Whether the first table within a folded part of the scope section would be painted. */
  foldedIsShown: () => document.querySelector('#scope details:not([open]) table')?.checkVisibility({ contentVisibilityAuto: true }) ?? false,

  /** The form of a result's mark, without its colour. @param {string} result */
  shapeOf(result) {
    const mark = document.querySelector(`main .r.${result}`);
    if (mark === null) return 'absent';
    const { backgroundColor, borderTopStyle, borderRadius, transform, clipPath, height } = getComputedStyle(mark, '::before');
    return [backgroundColor === 'rgba(0, 0, 0, 0)' ? 'hollow' : 'filled', borderTopStyle, borderRadius, transform === 'none' ? 'upright' : 'turned', clipPath, height === '2px' ? 'flat' : ''].join();
  },

  /** Tries to put a script, markup and an image of a stranger into the page. */
  async attack() {
    const script = document.createElement('script');
    const image = document.createElement('img');
    const refused = [];
    try {
      script.textContent = 'document.title = "taken"';
    } catch (error) {
      refused.push(error instanceof TypeError ? 'script' : error);
    }
    try {
      document.body.innerHTML = '<b>markup</b>';
    } catch (error) {
      refused.push(error instanceof TypeError ? 'markup' : error);
    }
    document.body.append(script, image);
    image.src = 'https://attacker.invalid/x.png';
    await new Promise((done) => {
      image.addEventListener('error', done);
    });
    return { refused, title: document.title };
  },

  /** Milliseconds that one change of a field takes until the table stands. @param {string} id @param {string} value */
  timeOf(id, value) {
    const field = document.getElementById(id);
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) throw new Error(`no field ${id}`);
    field.value = value;
    const start = performance.now();
    field.dispatchEvent(new Event(field instanceof HTMLInputElement ? 'input' : 'change', { bubbles: true }));
    document.getElementById('body')?.getBoundingClientRect();
    return performance.now() - start;
  },

  /** Texts that are seen and whose contrast with their ground is below a ratio (WCAG 2.2, 1.4.3). @param {number} least */
  contrastsBelow(least) {
    const faint = new Set();
    for (const element of document.querySelectorAll('main *, nav *, footer *, dialog[open] *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '');
      if (!own || !element.checkVisibility()) continue;
      const [one, other] = [luminance(numbers(element instanceof SVGElement ? getComputedStyle(element).fill : getComputedStyle(element).color)), luminance(groundOf(element))];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (ratio < least) faint.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
    }
    return [...faint];
  },
};

/** @param {string} colour as a computed style gives it */
function numbers(colour) {
  return (colour.match(/[\d.]+/g) ?? []).map(Number);
}

/** @param {readonly number[]} colour red, green, blue from 0 to 255 */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The first colour that covers, going outwards. @param {Element} element */
function groundOf(element) {
  for (let at = /** @type {Element | null} */ (element); at !== null; at = at.parentElement) {
    const colour = numbers(getComputedStyle(at).backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
  }
  return [255, 255, 255];
}

Object.assign(globalThis, { inPage });
document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
