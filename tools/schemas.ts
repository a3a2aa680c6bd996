// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { controlSchema, coverageSchema, coverageUnitSchema, evidenceSchema, frameworksSchema, inputsSchema, runSchema, scopeSchema } from '../src/bundle/records.ts';
import { envelopeSchema } from '../src/evidence/dsse.ts';
import { eventSchema } from '../src/evidence/log-format.ts';
import { crosswalkRowSchema, frameworkSchema } from '../src/evidence/mappings.ts';
import { proofSchema } from '../src/evidence/proof.ts';
import { statementSchema } from '../src/evidence/statement.ts';
import { ownersFileSchema } from '../src/inventory/owners-file.ts';
import { lifecycleSchema } from '../src/model/lifecycle.ts';
import { ledgerEntrySchema, pageLineSchema, redactionSchema } from '../src/model/ledger.ts';
import { credentialSchema, grantSchema, identitySchema, objectSchema, trustSchema } from '../src/model/row.ts';
import { foldedVerdictSchema, verdictSchema } from '../src/model/verdict.ts';
import { diffSchema } from '../src/period/diff.ts';
import { periodSchema } from '../src/period/document.ts';
import { packSchema, packStatementSchema, requestsSchema } from '../src/period/pack/format.ts';
import { decisionsSchema, representationSchema, sheetSchema } from '../src/period/review-format.ts';
import { configurationSchema } from '../src/scope/configuration.ts';
import { verifyReportSchema } from '../src/verify/report.ts';

/** A published schema: of which file, or which line of it, and what its fields are for. */
export interface PublishedSchema { readonly name: string; readonly of: string; readonly schema: z.ZodType }

/** Every format that leaves this program or enters it, by the name of its JSON Schema. */
export const PUBLISHED: readonly PublishedSchema[] = [
  { name: 'rollcall.yaml', of: 'the configuration, `rollcall.yaml`', schema: configurationSchema },
  { name: 'owners.yaml', of: 'the owners file', schema: ownersFileSchema },
  { name: 'controls.yaml', of: "management's controls", schema: z.strictObject({ controls: z.array(controlSchema) }) },
  { name: 'run', of: '`data/run.json`', schema: runSchema },
  { name: 'scope', of: '`data/scope.json`', schema: scopeSchema },
  { name: 'inputs', of: '`data/inputs/index.json`', schema: inputsSchema },
  { name: 'call', of: 'a line of `data/calls.jsonl.gz`', schema: ledgerEntrySchema },
  { name: 'page', of: 'a line of `data/pages/<unit>/<source>.jsonl.gz`', schema: pageLineSchema },
  { name: 'redaction', of: 'a line of `data/redactions.jsonl.gz`', schema: redactionSchema },
  { name: 'coverage', of: '`data/coverage.json`', schema: coverageSchema },
  { name: 'coverage-unit', of: 'a line of `data/coverage-units.jsonl.gz`', schema: coverageUnitSchema },
  { name: 'identity', of: 'a line of `data/inventory/identities.jsonl.gz`', schema: identitySchema },
  { name: 'credential', of: 'a line of `data/inventory/credentials.jsonl.gz`', schema: credentialSchema },
  { name: 'grant', of: 'a line of `data/inventory/grants.jsonl.gz`', schema: grantSchema },
  { name: 'trust', of: 'a line of `data/inventory/trusts.jsonl.gz`', schema: trustSchema },
  { name: 'object', of: 'a line of `data/inventory/objects.jsonl.gz`', schema: objectSchema },
  { name: 'event', of: 'a line of `data/inventory/events.jsonl.gz`', schema: lifecycleSchema },
  { name: 'verdict', of: 'a line of `data/verdicts.jsonl.gz`', schema: z.discriminatedUnion('type', [verdictSchema, foldedVerdictSchema]) },
  { name: 'evidence', of: '`data/evidence/<control>.json`', schema: evidenceSchema },
  { name: 'frameworks', of: '`data/evidence/frameworks.json`', schema: frameworksSchema },
  { name: 'seal', of: '`seal.dsse.json`, a DSSE envelope', schema: envelopeSchema },
  { name: 'statement', of: "the seal's payload, an in-toto statement", schema: statementSchema },
  { name: 'log-event', of: 'a line of `log/leaves.jsonl`', schema: eventSchema },
  { name: 'review-sheet', of: 'the frozen sheet of a review, a document of the archive', schema: sheetSchema },
  { name: 'review-decisions', of: 'one batch of decisions of a review, a document of the archive', schema: decisionsSchema },
  { name: 'representation', of: "management's own list of other systems, a document of the archive", schema: representationSchema },
  { name: 'log-proof', of: 'what `rollcall archive prove` prints', schema: proofSchema },
  { name: 'period', of: '`period.json`: what an archive shows of a period', schema: periodSchema },
  { name: 'pack', of: '`data/pack.json` of a pack', schema: packSchema },
  { name: 'pack-statement', of: "the payload of a pack's seal", schema: packStatementSchema },
  { name: 'pack-requests', of: "`data/requests.json` of a pack", schema: requestsSchema },
  { name: 'verify-report', of: 'what `rollcall verify --json` prints', schema: verifyReportSchema },
  { name: 'diff', of: 'what `rollcall diff --json` prints', schema: diffSchema },
  { name: 'mapping-framework', of: '`mappings/frameworks/<id>@<version>.json`', schema: frameworkSchema },
  { name: 'mapping-row', of: 'a row of `mappings/crosswalk.json`', schema: crosswalkRowSchema },
];

/** JSON Schema (2020-12) of what a file holds as it is written. What JSON Schema cannot say, such as a calendar day, is left to the program. */
export function jsonSchemaOf({ name, of, schema }: PublishedSchema): { readonly [member: string]: unknown } {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'draft-2020-12' });
  return { $schema, $id: `urn:rollcall:schema:${name}:1`, title: `Rollcall: ${of.replaceAll('`', '')}`, ...rest };
}
