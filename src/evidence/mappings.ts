// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { printable } from '../model/printable.ts';
import crosswalk from '../../mappings/crosswalk.json' with { type: 'json' };
import nistCsf from '../../mappings/frameworks/nist-csf@2.0.json' with { type: 'json' };
import owaspNhi from '../../mappings/frameworks/owasp-nhi@2025.json' with { type: 'json' };
import soc2Tsc from '../../mappings/frameworks/soc2-tsc@2017-2022.json' with { type: 'json' };

/** A framework in one version. `full` text only where its licence lets it; `ids-only` holds ids and short titles. */
export const frameworkSchema = z.strictObject({
  id: z.string(), version: z.string(), title: z.string(), licence: z.string(), source: z.strictObject({ url: z.string(), repository: z.string().nullable(), path: z.string().nullable() }), textPolicy: z.enum(['full', 'ids-only']),
  items: z.array(z.strictObject({ id: z.string(), title: z.string().optional(), text: z.string().optional() })),
  /** Ids that are no longer the framework's, and what took their place, as its publisher says; empty for a category that was dissolved. */
  withdrawn: z.array(z.strictObject({ id: z.string(), successors: z.array(z.string()) })),
  notCovered: z.array(z.strictObject({ id: z.string(), reason: z.string().min(1) })),
  /** Ids of the framework that management may name for a control and that nothing here bears on. */
  otherIds: z.array(z.string()).default([]),
});
export type Framework = z.output<typeof frameworkSchema>;

/** One row: which check bears on which requirement. `tests`: its predicate examines what the requirement is about; `supports`: it gives evidence that people judge. */
export const crosswalkRowSchema = z.strictObject({ check: z.string(), framework: z.string(), version: z.string(), item: z.string(), relation: z.enum(['tests', 'supports']), rationale: z.string().min(1).max(300) });
export type CrosswalkRow = z.output<typeof crosswalkRowSchema>;

/** The frameworks and rows that this version ships, parsed. */
export function shippedMappings(): { readonly frameworks: readonly Framework[]; readonly rows: readonly CrosswalkRow[] } {
  return { frameworks: [nistCsf, owaspNhi, soc2Tsc].map((framework) => frameworkSchema.parse(framework)), rows: z.strictObject({ rows: z.array(crosswalkRowSchema) }).parse(crosswalk).rows };
}

/** What a check bears on. */
export function crosswalkOf(check: string): readonly CrosswalkRow[] {
  return shippedMappings().rows.filter((row) => row.check === check);
}

/** What a framework's `notCovered` says of all that it does not name; only where its text may be copied, so that no short list hides behind it. */
export const EVERY_OTHER = 'every other item';

/** Why an id cannot be named, or null where some framework has it. A withdrawn one is told its successors. */
export function idProblem(frameworks: readonly Framework[], id: string): string | null {
  if (frameworks.some(({ items, otherIds }) => items.some((item) => item.id === id) || otherIds.includes(id))) return null;
  for (const { title, withdrawn } of frameworks) {
    const old = withdrawn.find((entry) => entry.id === id);
    if (old !== undefined) return `${id} is withdrawn in ${title}${successorsInWords(old.successors)}`;
  }
  return `no framework that is shipped has ${printable(id)}`;
}

function successorsInWords(successors: readonly string[]): string {
  return successors.length === 0 ? ' and has no successor of its own; look at those of its parts' : `; use ${successors.join(', ')}`;
}

const LONGEST_TITLE = 140;

/**
 * What is wrong with mappings, in words; nothing for sound ones. `tests` is refused for CSF GV.OV and ID.IM and for every SOC 2
 * criterion: they are about people reviewing outcomes, or are the examiner's to conclude on, and can only be supported.
 */
export function lintMappings(frameworks: readonly Framework[], rows: readonly CrosswalkRow[], checkIds: readonly string[]): readonly string[] {
  const problems: string[] = [];
  for (const row of rows) {
    const place = `${row.check} → ${row.framework} ${row.version} ${row.item}`;
    const framework = frameworks.find(({ id, version }) => id === row.framework && version === row.version);
    if (!checkIds.includes(row.check)) problems.push(`${place}: there is no check ${row.check}`);
    if (framework === undefined) {
      problems.push(`${place}: there is no framework ${row.framework} in version ${row.version}`);
      continue;
    }
    const withdrawn = framework.withdrawn.find(({ id }) => id === row.item);
    if (withdrawn !== undefined) problems.push(`${place}: is withdrawn${successorsInWords(withdrawn.successors)}`);
    else if (!framework.items.some(({ id }) => id === row.item)) problems.push(`${place}: ${framework.title} has no such id`);
    if (row.relation === 'tests' && onlySupported(row)) problems.push(`${place}: can only be supported, never tested`);
    if (framework.notCovered.some(({ id }) => id === row.item)) problems.push(`${place}: is mapped and listed as not covered`);
  }
  const twice = rows.map((row) => `${row.check} → ${row.framework} ${row.version} ${row.item}`).filter((place, index, all) => all.indexOf(place) !== index);
  for (const place of twice) problems.push(`${place}: stands twice`);
  for (const check of checkIds) if (!rows.some((row) => row.check === check && row.framework !== 'soc2-tsc')) problems.push(`${check}: bears on no entry of OWASP NHI and no subcategory of CSF 2.0`);
  for (const framework of frameworks) problems.push(...lintFramework(framework, rows));
  return problems;
}

function onlySupported({ framework, item }: CrosswalkRow): boolean {
  return framework === 'soc2-tsc' || (framework === 'nist-csf' && /^(?:GV\.OV|ID\.IM)(?:-|$)/.test(item));
}

function lintFramework(framework: Framework, rows: readonly CrosswalkRow[]): string[] {
  const problems: string[] = [];
  const covered = new Set([...rows.filter((row) => row.framework === framework.id).map(({ item }) => item), ...framework.notCovered.map(({ id }) => id)]);
  for (const item of framework.items) {
    if (framework.textPolicy === 'full') continue;
    if (!covered.has(item.id)) problems.push(`${framework.id} ${item.id}: neither mapped nor listed as not covered`);
    if (item.text !== undefined) problems.push(`${framework.id} ${item.id}: carries text, which its licence does not let us copy`);
    if ((item.title ?? '').length > LONGEST_TITLE) problems.push(`${framework.id} ${item.id}: its title is longer than ${LONGEST_TITLE} characters`);
  }
  const ids = [...framework.items.map(({ id }) => id), ...framework.otherIds];
  for (const { id } of framework.notCovered) {
    if (id === EVERY_OTHER ? framework.textPolicy !== 'full' : !ids.includes(id)) problems.push(`${framework.id} ${id}: listed as not covered, and is no id of ${framework.title}`);
  }
  for (const { id, successors } of framework.withdrawn) {
    if (ids.includes(id)) problems.push(`${framework.id} ${id}: is withdrawn and listed`);
    for (const successor of successors) if (!ids.some((known) => known === successor || known.startsWith(`${successor}.`) || known.startsWith(`${successor}-`))) problems.push(`${framework.id} ${id}: its successor ${successor} is no id of ${framework.title}`);
  }
  for (const id of new Set(ids.filter((again, index) => ids.indexOf(again) !== index))) problems.push(`${framework.id} ${id}: stands twice`);
  return problems;
}
