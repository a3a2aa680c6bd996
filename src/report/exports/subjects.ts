// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonLines } from '../../bundle/jsonl.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { byCodeUnit } from '../../model/json.ts';
import { unitFolder } from '../../model/reference.ts';
import { foldedVerdictSchema, verdictSchema, type FoldedVerdict, type Verdict } from '../../model/verdict.ts';

/** What a subject is called at its provider: a unit that stands for an unread list has neither name nor id. */
export interface SubjectWords { readonly name: string | null; readonly id: string | null; readonly address: string | null }
/** A verdict beside the words for its subject. */
export interface SeenVerdict { readonly verdict: Verdict; readonly subject: SubjectWords }

const NOTHING: SubjectWords = { name: null, id: null, address: null };
const row = z.object({ key: z.string(), unit: z.string() });
const identityRow = row.extend({ id: z.string(), name: z.string(), address: z.string() });
const credentialRow = row.extend({ id: z.string(), name: z.string().nullable(), identity: z.string().nullable() });
const trustRow = row.extend({ identity: z.string(), principal: z.string() });
const anyVerdict = z.discriminatedUnion('type', [verdictSchema, foldedVerdictSchema]);

/**
 * Verdicts of a bundle in their order, each with the name of its subject. Inventory and verdicts stand unit after unit in one order, so
 * that the names of one unit are held at a time.
 */
export async function* seenVerdicts(dir: string): AsyncGenerator<SeenVerdict | FoldedVerdict> {
  const identities = new Rows(join(dir, BUNDLE.identities), identityRow);
  const credentials = new Rows(join(dir, BUNDLE.credentials), credentialRow);
  const trusts = new Rows(join(dir, BUNDLE.trusts), trustRow);
  const words = new Map<string, SubjectWords>();
  let unit: string | null = null;
  try {
    for await (const verdict of readJsonLines(join(dir, BUNDLE.verdicts), anyVerdict)) {
      if (verdict.type === 'not_applicable') {
        yield verdict;
        continue;
      }
      if (verdict.unit !== unit) {
        unit = verdict.unit;
        words.clear();
        await identities.of(unit, ({ key, id, name, address }) => words.set(key, { name, id, address }));
        await credentials.of(unit, ({ key, id, name, identity }) => words.set(key, { name: name ?? words.get(identity ?? '')?.name ?? null, id, address: null }));
        await trusts.of(unit, ({ key, identity, principal }) => words.set(key, { name: `${words.get(identity)?.name ?? identity}, trust in ${principal}`, id: null, address: words.get(identity)?.address ?? null }));
      }
      yield { verdict, subject: words.get(verdict.subject) ?? NOTHING };
    }
  } finally {
    for (const rows of [identities, credentials, trusts]) await rows.close();
  }
}

/** Rows of a file that stand in the order of unit folders, taken a unit at a time. */
class Rows<T extends { readonly unit: string }> {
  readonly #rows: AsyncGenerator<T>;
  #ahead: T | null = null;
  constructor(file: string, schema: z.ZodType<T>) {
    this.#rows = readJsonLines(file, schema);
  }

  async of(unit: string, take: (row: T) => void): Promise<void> {
    const wanted = unitFolder(unit);
    for (;;) {
      if (this.#ahead === null) {
        const next = await this.#rows.next();
        if (next.done === true) return;
        this.#ahead = next.value;
      }
      if (byCodeUnit(unitFolder(this.#ahead.unit), wanted) > 0) return;
      if (this.#ahead.unit === unit) take(this.#ahead);
      this.#ahead = null;
    }
  }

  async close(): Promise<void> {
    await this.#rows.return(undefined);
  }
}
