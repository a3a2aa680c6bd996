// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonLines } from '../../bundle/jsonl.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { CHECKS } from '../../checks/all.ts';
import { belongings, findRows } from '../../inventory/find.ts';
import { InputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import type { Credential, Identity } from '../../model/row.ts';
import { foldedVerdictSchema, verdictSchema, type Verdict } from '../../model/verdict.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { chosenRun, readingBundle } from '../newest-run.ts';
import { processTerminal, type Terminal } from '../terminal.ts';
import { expiryInWords, factInWords, lastUseInWords, whenInWords } from '../../report/html/words.ts';

/** `rollcall explain ID`: each verdict on an identity or credential with what was seen, expected, where the threshold comes from, and the pages behind it. */
export async function explain(id: string, options: { readonly run?: string; readonly archive: string; readonly check?: string; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  if (options.check !== undefined && !CHECKS.some((check) => check.id === options.check)) throw new InputError('--check', `there is no check ${options.check}`, '`rollcall checks` lists them');
  const bundle = await chosenRun(options);
  return readingBundle(bundle, () => explainFrom(terminal, bundle, id, options));
}

async function explainFrom(terminal: Terminal, bundle: string, id: string, options: { readonly check?: string; readonly json?: boolean }): Promise<ExitCode> {
  const found = await findRows(bundle, id);
  if (found.identities.length === 0 && found.credentials.length === 0) {
    throw new InputError('explain', `no identity or credential of ${bundle} is called ${id}`, 'use an id, name or key of the populations (data/populations/*.csv); what was never listed has no verdict: see coverage.json for what could not be read');
  }
  const hanging = await Promise.all(found.identities.map(async (identity) => ({ identity, ...(await belongings(bundle, identity.key)) })));
  const subjects = new Set([...found.credentials.map(({ key }) => key), ...hanging.flatMap(({ identity, trusts }) => [identity.key, ...trusts.map(({ key }) => key)])]);
  const verdicts: Verdict[] = [];
  for await (const row of readJsonLines(join(bundle, BUNDLE.verdicts), z.union([verdictSchema, foldedVerdictSchema]))) {
    if (row.type === 'verdict' && subjects.has(row.subject) && (options.check === undefined || row.check === options.check)) verdicts.push(row);
  }
  if (options.json === true) {
    terminal.json({ bundle, identities: hanging, credentials: found.credentials, verdicts });
    return EXIT.ok;
  }
  for (const { identity, credentials } of hanging) {
    describeIdentity(terminal, identity);
    for (const credential of credentials) terminal.out(`  holds ${printable(credential.kind)} ${printable(credential.id)}`);
  }
  for (const credential of found.credentials) describeCredential(terminal, credential);
  for (const verdict of verdicts) describeVerdict(terminal, verdict);
  if (verdicts.length === 0) terminal.out('No check that applies to it gave a verdict of its own; those that do not apply are folded in verdicts.jsonl.gz by check and reason.');
  terminal.note(`from ${bundle}; follow a page reference with \`rollcall trace --id\``);
  return EXIT.ok;
}

function describeIdentity(terminal: Terminal, identity: Identity): void {
  const line = lineTo(terminal);
  terminal.out(terminal.bold(`${printable(identity.kind)} ${printable(identity.name)}`));
  line('id', `${identity.id} (${identity.idBasis})`);
  line('address', identity.address);
  line('unit', identity.unit);
  line('class', `${identity.classification.class}, by ${identity.classification.basis}: ${identity.classification.rule}`);
  line('created', factInWords(identity.created, whenInWords));
  line('last used', factInWords(identity.lastUsed, lastUseInWords));
  line('person can sign in', factInWords(identity.interactiveLogin, (value) => (value ? 'yes' : 'no')));
  line('privilege', factInWords(identity.privilege, (value) => `${value.level.replaceAll('_', ' ')}${value.via.length === 0 ? '' : ` through ${value.via.join('; ')}`}`));
  line('owner', factInWords(identity.owner, (value) => (value === null ? 'none recorded' : `${value.owner} (${value.source}, ${value.confidence})`)));
  line('purpose', factInWords(identity.purpose, (value) => value ?? 'none recorded'));
  line('reviewed', factInWords(identity.review, (value) => (value === null ? 'no review recorded' : `${value.on} by ${value.by} (${value.basis})`)));
  for (const [kind, count] of Object.entries(identity.credentialCounts)) line(kind, factInWords(count, String));
  for (const ref of identity.refs) line('page', ref);
}

function describeCredential(terminal: Terminal, credential: Credential): void {
  const line = lineTo(terminal);
  terminal.out(terminal.bold(`${printable(credential.kind)} ${printable(credential.id)}`));
  line('id basis', credential.idBasis);
  line('held by', credential.identity ?? `the unit ${credential.unit}`);
  line('status', factInWords(credential.status, String));
  line('created', factInWords(credential.created, whenInWords));
  line('expires', factInWords(credential.expires, expiryInWords));
  line('last used', factInWords(credential.lastUsed, lastUseInWords));
  if (credential.audience !== null) line('opens', credential.audience);
  for (const ref of credential.refs) line('page', ref);
}

function describeVerdict(terminal: Terminal, verdict: Verdict): void {
  const line = lineTo(terminal);
  terminal.out('');
  terminal.out(terminal.bold(`${verdict.result.replaceAll('_', ' ')}: ${verdict.check} (version ${verdict.checkVersion}, severity ${verdict.severity})`));
  line('subject', verdict.subject);
  line('reason', verdict.reason);
  line('expected', verdict.expected);
  for (const [name, value] of Object.entries(verdict.observed)) line(`seen ${name}`, typeof value === 'string' ? value : JSON.stringify(value));
  for (const threshold of verdict.thresholds) line(`threshold ${threshold.name}`, `${JSON.stringify(threshold.value)}, ${threshold.origin === 'management' ? "management's: " : "not management's threshold; "}${threshold.source}`);
  for (const ref of verdict.refs) line('page', ref);
  for (const input of verdict.inputs) line('input', input);
  for (const call of verdict.calls) line('ledger', call);
}

function lineTo(terminal: Terminal): (name: string, value: string) => void {
  return (name, value) => terminal.out(`  ${printable(name).padEnd(20)} ${printable(value)}`);
}
