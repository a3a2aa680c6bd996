// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grouped, html, shown } from '../../src/report/html/markup.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom('<', '>', '"', '\'', '&', '</script>', '<!--', '\u202e', '\u0000', '\ud800', 'a'), { maxLength: 12 }).map((parts) => parts.join('')));

test('whatever the text, it leaves no character that opens markup or ends an attribute, and reads back as what is shown', () => {
  fc.assert(fc.property(anyText, (text) => {
    const { markup } = html`${text}`;
    expect(markup).not.toMatch(/[<>"']/);
    expect(markup.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', '\'').replaceAll('&amp;', '&')).toBe(shown(text));
  }));
});

test('what is shown is well-formed, holds no character that acts, and keeps plain text as it is', () => {
  fc.assert(fc.property(anyText, (text) => {
    expect(shown(text).isWellFormed()).toBe(true);
    expect(shown(text)).not.toMatch(/[\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/);
  }));
  for (const plain of ['café 日本 🔑', 'العربية', 'a b', '=1+1']) expect(shown(plain)).toBe(plain);
});

test('markup stays markup when it is inserted, text beside it does not become it', () => {
  expect(html`<p>${html`<b>${'<i>'}</b>`} ${['<u>', html`<br>`]} ${null}</p>`.markup).toBe('<p><b>&lt;i&gt;</b> &lt;u&gt;<br> </p>');
});

test('numbers have a comma every three digits', () => {
  expect([0, 999, 1000, 50_000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '50,000', '1,234,567']);
});
