// SPDX-License-Identifier: Apache-2.0
import type { Json } from '../model/json.ts';

/**
 * A page's body as sources read it: a removed value, `{"$redacted": rule}` on disk, stands as the text `[redacted: rule]`,
 * so that a schema which expects text still fits and whoever needs the value finds one that means nothing.
 */
export function bodyForRows(body: Json): Json {
  if (Array.isArray(body)) return body.map((item) => bodyForRows(item as Json));
  if (typeof body !== 'object' || body === null) return body;
  const entries = Object.entries(body);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && only[0] === '$redacted' && typeof only[1] === 'string') return `[redacted: ${only[1]}]`;
  return Object.fromEntries(entries.map(([name, member]) => [name, bodyForRows(member)]));
}
