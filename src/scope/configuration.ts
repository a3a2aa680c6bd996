// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { expectedGapSchema } from '../bundle/records.ts';
import { InputError } from '../model/errors.ts';
import { isCalendarDay } from '../model/instant.ts';
import { jsonObjectSchema } from '../model/json.ts';
import type { Provider, Target } from '../model/source.ts';
import { refuseSecrets } from './secrets-in-configuration.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day such as 2026-12-31').refine(isCalendarDay, 'not a day of the calendar');
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'use letters, digits, dot, hyphen and underscore, 64 at most');
const path = z.string().refine((value) => value.trim() !== '', 'name a path');
const unitId = z.string().regex(/^[a-z0-9]+:.{1,256}$/, 'expected provider:id, such as aws:111122223333');

/** `rollcall.yaml`. The JSON Schema in docs/schemas is generated from this. */
export const configurationSchema = z.strictObject({
  version: z.literal(1),
  targets: z.array(z.strictObject({
    name: name.describe('What reports call this login'),
    provider: z.string().describe('aws, azure, google or kubernetes'),
    auth: jsonObjectSchema.default({}).describe('How to log in: {} or {ambient: true}, {profile: NAME}, {assumeRole: {roleArn, externalId}}'),
    scope: jsonObjectSchema.default({}).describe('What management says lies behind it, e.g. {accounts: ["111122223333"]}'),
  })).min(1).describe('Each login and what lies behind it'),
  exclude: z.array(z.strictObject({ unit: unitId, reason: z.string().min(1), approver: z.string().min(1), expires: day })).default([]).describe('Units left out, with who approved it and until when'),
  expectedGaps: z.array(z.strictObject({ ...expectedGapSchema.shape, unit: unitId, expires: day })).default([]).describe('Reads that are known to fail, so that exit code 3 keeps its meaning'),
  vendors: z.array(z.strictObject({ unit: unitId, name: z.string().min(1) })).default([]).describe("Other companies' accounts that our roles may trust"),
  ownUnits: z.array(unitId).default([]).describe('Accounts of ours that this scan does not read'),
  owners: path.optional().describe('Path of the owners file, relative to this file'),
  controls: path.optional().describe("Path of management's controls, relative to this file"),
  limits: z.record(z.string(), z.strictObject({ rate: z.number().positive().max(1000).optional(), burst: z.int().min(1).max(1000).optional(), concurrency: z.int().min(1).max(256).optional() })).default({}).describe('Lanes to slow down or speed up, by name, e.g. {aws.iam: {rate: 5}}'),
  signing: z.strictObject({ key: path.optional(), command: z.array(z.string()).min(1).optional(), publicKey: path.optional() })
    .refine((signing) => signing.command === undefined || signing.publicKey !== undefined, 'a signing command needs publicKey, the PEM file to check its signatures with').default({}).describe('Key file, or a command that signs what it reads from standard input'),
  anchor: z.strictObject({ url: z.string().refine(isAuthority, 'expected an http or https address without a password').describe('Address of a time stamp authority (RFC 3161)') }).optional().describe("What bears witness to the log outside: a scan has its seal's checkpoint stamped at its end"),
  output: z.strictObject({
    archive: path.default('./evidence').describe('The folder of runs and log, or s3://bucket/prefix'),
    folder: path.default('./evidence').describe('Where a run is made and kept, too, when the archive is a bucket'),
    retainDays: z.int().min(1).max(36_500).default(400).describe('How long each object of a bucket is locked'),
    mode: z.enum(['governance', 'compliance']).default('governance').describe('How firmly: governance yields to a right of its own, compliance to nobody'),
    withoutLock: z.boolean().default(false).describe('Write to a bucket that has no Object Lock'),
  }).prefault({}).describe('Where runs and log are kept'),
});
export type Configuration = z.output<typeof configurationSchema>;

function isAuthority(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';
}

/** What a scan uses when there is no file: the login at hand, its own account, nothing else. */
export const NO_CONFIGURATION: Configuration = configurationSchema.parse({ version: 1, targets: [{ name: 'ambient', provider: 'aws', auth: { ambient: true } }] });

/** A configuration's parsed text to its typed form. Throws an InputError with the place and what to do; refuses what looks like a secret. */
export function parseConfiguration(value: unknown, place: string, providers: readonly Provider[]): { readonly configuration: Configuration; readonly targets: readonly Target[] } {
  refuseSecrets(value, place);
  const parsed = configurationSchema.safeParse(value);
  if (!parsed.success) throw fromIssue(parsed.error, place, 'see docs/configuration.md, or write a fresh one with `rollcall init`');
  const seen = new Set<string>();
  const targets = parsed.data.targets.map((target, index): Target => {
    const where = `${place}: targets.${index}`;
    if (seen.has(target.name)) throw new InputError(`${where}.name`, `the name ${target.name} stands twice`, 'give each target its own name');
    seen.add(target.name);
    const provider = providers.find(({ id }) => id === target.provider);
    if (provider === undefined) throw new InputError(`${where}.provider`, `there is no provider ${target.provider}`, `use one of: ${providers.map(({ id }) => id).join(', ')}`);
    const own = provider.targetSchema.safeParse({ auth: target.auth, scope: target.scope });
    if (!own.success) throw fromIssue(own.error, where, `see docs/configuration.md for what ${provider.title} takes`);
    return { name: target.name, provider: target.provider, auth: own.data.auth, scope: own.data.scope };
  });
  const lanes = new Set(providers.flatMap((provider) => provider.lanes.map(({ id }) => id)));
  for (const lane of Object.keys(parsed.data.limits)) {
    if (!lanes.has(lane)) throw new InputError(`${place}: limits.${lane}`, 'there is no such lane', `use one of: ${[...lanes].join(', ')}`);
  }
  const sources = new Set(providers.flatMap((provider) => provider.sources.map(({ id }) => id)));
  for (const [index, { source }] of parsed.data.expectedGaps.entries()) {
    if (!sources.has(source)) throw new InputError(`${place}: expectedGaps.${index}.source`, `there is no source ${source}`, 'the gaps of a scan name theirs (`rollcall scan --json`), and `data/coverage.json` of a run lists all');
  }
  return { configuration: parsed.data, targets };
}

function fromIssue(error: z.ZodError, place: string, remedy: string): InputError {
  const issue = error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? '' : `: ${issue.path.join('.')}`;
  return new InputError(`${place}${path}`, issue?.message ?? 'does not fit', remedy, { cause: error });
}
