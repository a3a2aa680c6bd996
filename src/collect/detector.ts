// SPDX-License-Identifier: Apache-2.0
import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';

// It measures each rule on each text and keeps the marks for as long as the process lives: a long scan would fill the memory with them.
secretLintProfiler.setEnabled(false);

// What the recommended rules miss: private keys of other algorithms or lengths, and basic authentication with any host and any password.
const OWN_RULES: readonly { readonly rule: string; readonly pattern: RegExp }[] = [
  { rule: 'privatekey', pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/ },
  { rule: 'basicauth', pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'<>]*:[^\s/@"'<>]{3,}@[^\s"'<>]/i },
  { rule: 'jwt', pattern: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/ },
];

/** Which texts hold a secret, by the detector's rule. All texts of a page go through one pass, since a pass costs more than its text. */
export async function detectSecrets(texts: readonly string[]): Promise<Map<string, string>> {
  const starts: { readonly at: number; readonly text: string }[] = [];
  let content = '';
  for (const text of texts) {
    for (const form of formsOf(text)) {
      starts.push({ at: content.length, text });
      content += `${form}\n\n`;
    }
  }
  const result = await lintSource({
    source: { content, filePath: 'page.txt', ext: '.txt', contentType: 'text' },
    options: { noPhysicFilePath: true, config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended, options: {} }] } },
  });
  const found = new Map<string, string>();
  for (const text of texts) {
    const own = OWN_RULES.find(({ pattern }) => formsOf(text).some((form) => pattern.test(form)));
    if (own !== undefined) found.set(text, own.rule);
  }
  for (const message of result.messages) {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle]?.at ?? 0) <= message.range[0]) low = middle;
      else high = middle - 1;
    }
    const hit = starts[low];
    if (hit !== undefined && !found.has(hit.text)) found.set(hit.text, message.ruleId.replace('@secretlint/secretlint-rule-', ''));
  }
  return found;
}

function formsOf(text: string): readonly string[] {
  if (!/%[0-9A-Fa-f]{2}/.test(text)) return [text];
  // A text with a stray percent sign is not encoded as a whole; what can be decoded is enough for the detector.
  return [text, text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))];
}
