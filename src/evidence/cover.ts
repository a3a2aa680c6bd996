// SPDX-License-Identifier: Apache-2.0
import { RESPONSIBILITY_STATEMENT, type Coverage, type Run, type Scope } from '../bundle/records.ts';
import { printable } from '../model/printable.ts';
import { ORDINARY_TOOLS } from './ordinary-tools.ts';
import type { PopulationFile } from './populations.ts';

export interface CoverInputs { readonly run: Run; readonly scope: Scope; readonly coverage: Coverage; readonly populations: readonly PopulationFile[] }

/** `data/README.md`: what this is, when, by whom, over what, what is missing, and how to check it with ordinary tools. Resource text is made harmless for Markdown. */
export function coverText({ run, scope, coverage, populations }: CoverInputs): string {
  const units = most(coverage.units, ({ outcome }) => outcome !== 'scanned').map((unit) => `| ${cell(unit.unit)} | ${cell(unit.name ?? '')} | ${cell(unit.basis)} | ${unit.outcome.replaceAll('_', ' ')} | ${cell(unit.reason)} |`);
  const totals = most(coverage.controlTotals, ({ state }) => state !== 'equal').map((total) => `| ${cell(total.unit)} | ${cell(total.name)} | ${total.before ?? 'not read'} | ${total.after ?? 'not read'} | ${total.listed ?? 'not read'} | ${total.state.replaceAll('_', ' ')} |`);
  const folded = coverage.equalTotals.map((total) => `| *${total.units} units* | ${cell(total.name)} | | | ${total.listed} | equal in each |`);
  const principals = most(coverage.principals, ({ ties }) => ties !== 'yes').map((row) => `| ${cell(row.unit)} | ${row.human} | ${row.nonHuman} | ${row.both} | ${row.undecided} | ${row.listed} | ${row.controlTotal ?? 'not read'} | ${row.ties} |`);
  const sum = sumOf(coverage.principals);
  const sums = sum === null ? [] : [`| *all units* | ${sum.human} | ${sum.nonHuman} | ${sum.both} | ${sum.undecided} | ${sum.listed} | ${sum.controlTotal ?? 'not read'} | ${sum.ties} |`];
  const blindSpots = [...Map.groupBy(coverage.blindSpots, ({ provider }) => provider)].map(([provider, spots]) => `${cell(provider)}:\n\n${spots.map(({ text }) => `- ${cell(text)}`).join('\n')}`);
  const gaps = most(coverage.gaps, ({ expected }) => !expected).map((gap) => `- ${cell(gap.unit)}: ${cell(gap.operation)} ended ${gap.outcome.replaceAll('_', ' ')}${gap.parent === null ? '' : ` for ${cell(gap.parent)}`}; unknown there: ${cell(gap.blanks)}${gap.expected ? ` (expected: ${cell(gap.expectedReason ?? '')})` : ''}`);
  return `# Roll of non-human identities and credentials

${RESPONSIBILITY_STATEMENT}

| | |
| --- | --- |
| Run | ${run.run}, ${run.occasion} |
| From, to | ${run.startedAt}, ${run.finishedAt} (UTC) |
| Ages count to | ${run.asOf} |
| Read as | ${run.logins.map((login) => `${cell(login.principal)} (the provider's own answer to ${cell(login.operation)})`).join(', ') || 'no login answered'} |
| Depth | ${run.depth} |
| Tool | ${run.tool.name} ${run.tool.version}, derivation ${run.derivationVersion}, redaction ${run.redaction.enabled ? run.redaction.version : 'OFF'} |

## Scope

${cell(scope.statement)}

| Unit | Name | Basis | Outcome | Why |
| --- | --- | --- | --- | --- |
${units.join('\n')}
${beyond(coverage.units, 'units')}
## Totals

${populations.map(({ name, count, file }) => `- ${name}: ${count} rows, \`${file}\``).join('\n')}

Every principal is in one of four classes; *both* and *undecided* stay in the population of non-human identities.

| Unit | Human | Non-human | Both | Undecided | Listed | The provider's count | Do they tie? |
| --- | --- | --- | --- | --- | --- | --- | --- |
${[...principals, ...sums].join('\n')}
${beyond(coverage.principals, 'units')}
Each list beside another count of the same thing; how that was taken stands in \`data/coverage.json\`.

| Unit | Count of | Before | After | Listed here | |
| --- | --- | --- | --- | --- | --- |
${[...totals, ...folded].join('\n')}
${beyond(coverage.controlTotals, 'counts')}
## What could not be read

${gaps.length === 0 ? 'Nothing that was due.' : gaps.join('\n')}
${beyond(coverage.gaps, 'reads')}
## What no interface shows

${blindSpots.join('\n\n') || 'None stated.'}

## How to check it with ordinary tools

Pages are kept *decoded and redacted*: what the provider sent, reduced to the fields that are used, secrets removed. The removal is
the one step that cannot be repeated from this bundle.

${ORDINARY_TOOLS}

A pass shows that nothing changed since the seal and who sealed it. It does not show that the list is complete or the input genuine:
\`rollcall verify\` says which reads were due and found, and \`rollcall trace\` leads from any row back to the source.
`;
}

/** At most so many lines of each table, those that tell of something amiss first: a cover is to be read. */
const MOST_LINES = 200;

function most<T>(rows: readonly T[], amiss: (row: T) => boolean): readonly T[] {
  return rows.length <= MOST_LINES ? rows : [...rows.filter(amiss), ...rows.filter((row) => !amiss(row))].slice(0, MOST_LINES);
}

function beyond(rows: readonly unknown[], what: string): string {
  return rows.length <= MOST_LINES ? '' : `\n${MOST_LINES} of ${rows.length} ${what} stand here, whatever is amiss first; \`data/coverage.json\` has all.\n`;
}

type Principals = Omit<Coverage['principals'][number], 'unit'>;

/** Several units together, null for one or none. The providers' counts are a sum only where each has one, and tie only where each does. */
function sumOf(rows: Coverage['principals']): Principals | null {
  if (rows.length < 2) return null;
  const of = (pick: (row: Principals) => number): number => rows.reduce((sum, row) => sum + pick(row), 0);
  const counted = rows.every(({ controlTotal }) => controlTotal !== null);
  return {
    human: of(({ human }) => human), nonHuman: of(({ nonHuman }) => nonHuman), both: of(({ both }) => both), undecided: of(({ undecided }) => undecided), listed: of(({ listed }) => listed),
    controlTotal: counted ? of(({ controlTotal }) => controlTotal ?? 0) : null, ties: rows.some(({ ties }) => ties === 'no') ? 'no' : rows.every(({ ties }) => ties === 'yes') ? 'yes' : 'cannot say',
  };
}

/** One table cell or list item: no line break, no bar, no markup, nothing that acts. */
function cell(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>|#~!&]/g, (character) => `\\${character}`);
}
