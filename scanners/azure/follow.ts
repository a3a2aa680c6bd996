// SPDX-License-Identifier: Apache-2.0
import type { SourceRow } from '../../src/model/row.ts';
import type { Seed } from '../../src/model/source.ts';
import { applicationSchema } from './sources/applications.ts';

/** The read that follows one application of the list; none for a row that is no application. */
export function follow(row: SourceRow): Seed | null {
  if (row.type !== 'observation' || row.kind !== 'azure.application') return null;
  const { id } = applicationSchema.parse(row.value);
  return { parent: id, parameters: { application: id } };
}
