// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { isCalendarDay, instantSchema } from '../../model/instant.ts';

/** SHA-256 in hex. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** A day of the calendar. */
export const day = z.string().refine(isCalendarDay, 'expected a day such as 2026-11-22');
/** Id of an acceptance, deviation, review, schedule: chosen by people or counted up, safe in a path and a cell. */
export const recordId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'use letters, digits, dot, hyphen and underscore, 64 at most');
/** What people write. A leaf of the log is to stay small: longer texts are documents, named by digest. */
export const words = z.string().min(1).max(4000);
/** A pattern with `*` and `?`, as in the owners file. */
export const pattern = z.string().min(1).max(512);
/** Every event: its place in the log, dense from 0, and when it was logged. What it takes effect from stands apart, so that retroactive shows. */
export const common = { sequence: z.int().min(0), at: instantSchema };
