// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { isCalendarDay } from '../model/instant.ts';
import { InputError } from '../model/errors.ts';

const day = z.string().refine(isCalendarDay, 'expected a day such as 2026-11-22');
const pattern = z.string().min(1).max(512);

/** One entry: what it matches (all named fields must; `*` and `?` as in file names, everything else to the letter) and what it says. */
export const ownerEntrySchema = z.strictObject({
  match: z.strictObject({ id: pattern.optional(), name: pattern.optional(), address: pattern.optional(), kind: pattern.optional(), unit: pattern.optional() })
    .refine((match) => Object.values(match).some((value) => value !== undefined), 'name at least one of id, name, address, kind, unit'),
  owner: z.string().min(1).max(256).optional(),
  purpose: z.string().min(1).max(1024).optional(),
  class: z.enum(['human', 'non-human', 'both']).optional(),
  declaredBy: z.string().min(1).max(256).optional(),
  reviewed: z.strictObject({ on: day, by: z.string().min(1).max(256) }).optional(),
}).refine((entry) => entry.class === undefined || entry.declaredBy !== undefined, 'a class is a declaration: name who declares it in declaredBy');
export type OwnerEntry = z.output<typeof ownerEntrySchema>;

export const ownersFileSchema = z.strictObject({
  /** Tag keys that name an owner or a purpose, compared without case; the first that is there wins. */
  tags: z.strictObject({ owner: z.array(z.string().min(1)).default(['owner', 'owner-email', 'service-owner', 'team']), purpose: z.array(z.string().min(1)).default(['purpose', 'description', 'service', 'application']) })
    .default({ owner: ['owner', 'owner-email', 'service-owner', 'team'], purpose: ['purpose', 'description', 'service', 'application'] }),
  owners: z.array(ownerEntrySchema).default([]),
});
export type OwnersFile = z.output<typeof ownersFileSchema>;

/** The owners file that stands for none: tags alone speak. */
export const NO_OWNERS: OwnersFile = ownersFileSchema.parse({});

/** An owners file's parsed text to entries. Throws an InputError that names the entry and what to mend. */
export function parseOwners(value: unknown, place: string): OwnersFile {
  const parsed = ownersFileSchema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InputError(`${place}${issue === undefined ? '' : `: ${issue.path.join('.')}`}`, issue?.message ?? 'does not fit', 'docs/configuration.md describes the file entry by entry', { cause: parsed.error });
}
