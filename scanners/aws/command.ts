// SPDX-License-Identifier: Apache-2.0
import type { Json, JsonObject } from '../../src/model/json.ts';

// Characters that no shell reads as anything but themselves.
const PLAIN = /^[A-Za-z0-9_/:=.,@%+-]+$/;
// The AWS CLI pages on its own; these two name a page of the API, not one of its options' meanings.
const PAGING = new Set(['Marker', 'MaxItems']);
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * The AWS CLI command for an operation and its input, quoted for a POSIX shell; a text with control characters is written
 * as `$'…'` (bash, ksh, zsh) so that nothing in it acts on a terminal. `keepPaging` is for operations that the CLI cannot page.
 */
export function awsCommand(service: string, operation: string, input: JsonObject, options: { readonly keepPaging?: boolean } = {}): string {
  const words = ['aws', service, kebab(operation)];
  for (const [name, value] of Object.entries(input)) {
    if (PAGING.has(name) && options.keepPaging !== true) continue;
    const flag = `--${kebab(name)}`;
    if (value === true) words.push(flag);
    else if (value === false) words.push(`--no-${kebab(name)}`);
    else if (Array.isArray(value)) words.push(flag, ...value.map((item: Json) => shellQuote(text(item))));
    // A value that begins with a hyphen would be read as an option of its own.
    else if (text(value).startsWith('-')) words.push(`${flag}=${shellQuote(text(value))}`);
    else words.push(flag, shellQuote(text(value)));
  }
  return words.join(' ');
}

/** One word for a POSIX shell. */
export function shellQuote(word: string): string {
  if (PLAIN.test(word)) return word;
  if (!ACTING.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = Array.from(word, (character) => {
    if (character === "'" || character === '\\') return `\\${character}`;
    if (!ACTING.test(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `$'${escaped.join('')}'`;
}

/** An API name as the AWS CLI writes it: `ListSSHPublicKeys` to `list-ssh-public-keys`, `OpenIDConnectProviderArn` to `open-id-connect-provider-arn`. */
function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2').toLowerCase();
}

function text(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
