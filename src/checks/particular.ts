// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { unknown, type Fact } from '../model/fact.ts';
import type { Identity } from '../model/row.ts';

/**
 * A fact that only the identity's or credential's own provider has, by its name, with the schema of its value. Unknown where the row does not have it (a row
 * of another version) or where its value is not of that shape: neither is ever taken for "none".
 */
export function particular<T>(row: Pick<Identity, 'particulars'>, name: string, schema: z.ZodType<T>): Fact<T> {
  const fact = row.particulars?.[name];
  if (fact === undefined) return unknown('no_source', `${name} is not in this row`);
  if (fact.status !== 'known') return fact;
  const parsed = schema.safeParse(fact.value);
  if (!parsed.success) return unknown('unrecognized', `${name} has a value of another shape than the check expects`);
  const { value: _value, ...rest } = fact;
  return { ...rest, value: parsed.data };
}
