// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE } from '../bundle/layout.ts';
import type { Json } from '../model/json.ts';
import { ledgerEntrySchema, pageLineSchema, type Call } from '../model/ledger.ts';
import { parsePageReference, unitFolder, type ParsedPageReference } from '../model/reference.ts';
import type { Provider } from '../model/source.ts';

/** A reference followed to the end: the file and line that hold it, what stands there, the call that brought it, and the provider's own command for the same record. */
export interface Followed {
  readonly reference: string;
  readonly file: string;
  readonly line: number;
  /** What the pointer names, decoded and redacted as it was kept. */
  readonly found: Json;
  readonly call: Call;
  readonly command: string;
}

/** Follows page references of a bundle, one to several pages to each of them. Each problem (a reference that names no page, a page that names no call) is told, never passed over. */
export async function followReferences(bundle: string, references: readonly string[], providers: readonly Provider[]): Promise<{ readonly followed: readonly Followed[]; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const places: { readonly reference: string; readonly parsed: ParsedPageReference; readonly file: string; readonly line: number; readonly found: Json; readonly call: string }[] = [];
  for (const reference of references) {
    const parsed = parsePageReference(reference);
    if (parsed === null) {
      problems.push(`${reference}: not a page reference`);
      continue;
    }
    const file = `${BUNDLE.pages}/${parsed.unitFolder}/${parsed.source}.jsonl.gz`;
    let number = 0;
    let hits = 0;
    for await (const page of readJsonLines(join(bundle, file), pageLineSchema)) {
      number += 1;
      if (unitFolder(page.unit) !== parsed.unitFolder || page.parent !== parsed.parent || page.page < parsed.page || page.page > parsed.last) continue;
      const found = resolve(page.body, parsed.pointer);
      if (found === undefined) problems.push(`${reference}: nothing stands at its pointer`);
      else places.push({ reference, parsed, file, line: number, found, call: page.call });
      hits += 1;
      if (hits > parsed.last - parsed.page) break;
    }
    if (hits <= parsed.last - parsed.page) problems.push(`${reference}: ${file} has ${hits === 0 ? 'no such page' : `${hits} of these pages`}`);
  }
  const wanted = new Set(places.map(({ call }) => call));
  const calls = new Map<string, Call>();
  for await (const entry of readJsonLines(join(bundle, BUNDLE.calls), ledgerEntrySchema)) if (entry.type === 'call' && wanted.has(entry.id)) calls.set(entry.id, entry);
  const followed = places.flatMap(({ reference, parsed, file, line, found, call: id }): Followed[] => {
    const call = calls.get(id);
    if (call === undefined) {
      problems.push(`${reference}: its page names the call ${id}, which the ledger does not have`);
      return [];
    }
    const source = providers.flatMap(({ sources }) => sources).find((candidate) => candidate.id === parsed.source);
    return [{ reference, file, line, found, call, command: source?.command(call.parameters, call.unit) ?? `(this version does not know the source ${parsed.source})` }];
  });
  return { followed, problems };
}

function resolve(value: Json, pointer: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const part of pointer) {
    if (Array.isArray(at)) at = (at as readonly Json[])[Number(part)];
    else if (typeof at === 'object' && at !== null && Object.hasOwn(at, part)) at = (at as { readonly [key: string]: Json })[part];
    else return undefined;
  }
  return at;
}
