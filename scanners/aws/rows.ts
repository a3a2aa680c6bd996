// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Observation, SourceRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { userSchema, type UserDetail } from './sources/authorization-details.ts';

export const accessKeySchema = z.object({ UserName: z.string(), AccessKeyId: z.string(), Status: z.string(), CreateDate: z.string() });
const keyRowSchema = z.object({ ...accessKeySchema.shape, UserId: z.string() });
/** An access key as listed, with the id of the user it was listed for. */
export type KeyRow = z.output<typeof keyRowSchema>;

/** A user's details, where the row is one. */
export function userOf(row: SourceRow): UserDetail | null {
  return valueOf(row, 'aws.user', userSchema);
}

/** An access key, where the row is one. */
export function keyOf(row: SourceRow): KeyRow | null {
  return valueOf(row, 'aws.access-key', keyRowSchema);
}

/** The user of an id; null where the list does not have it. */
export function userById(related: Related, userId: string): UserDetail | null {
  const row = related.rows('aws.iam.authorization-details').find((candidate) => candidate.type === 'observation' && candidate.kind === 'aws.user' && candidate.value['UserId'] === userId);
  return row === undefined ? null : userOf(row);
}

/** All keys that were listed for one user. */
export function keysOfUser(related: Related, userId: string): readonly KeyRow[] {
  return related.rows('aws.iam.access-keys').flatMap((row) => (row.type === 'observation' && row.value['UserId'] === userId ? [keyOf(row)] : [])).filter((key) => key !== null);
}

/** Join material of one kind, parsed. */
export interface Parsed<T> { readonly value: T; readonly row: Observation }

/** The rows of a source that are of a kind. Rows come from parsed pages, so one that does not fit is a fault of ours and throws. */
export function parsedRows<T>(related: Related, source: string, kind: string, schema: z.ZodType<T>): readonly Parsed<T>[] {
  return related.rows(source).flatMap((row) => (row.type === 'observation' && row.kind === kind ? [{ value: schema.parse(row.value), row }] : []));
}

function valueOf<T>(row: SourceRow, kind: string, schema: z.ZodType<T>): T | null {
  if (row.type !== 'observation' || row.kind !== kind) return null;
  return schema.parse(row.value);
}
