// SPDX-License-Identifier: Apache-2.0
import { CHECKS } from '../../checks/all.ts';
import { crosswalkOf } from '../../evidence/mappings.ts';
import { InputError } from '../../model/errors.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { processTerminal, table } from '../terminal.ts';

/** `rollcall checks [CHECK]`: the catalogue, or one check with its parameters, their origin and the requirements it bears on. */
export async function checks(id: string | undefined, options: { readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  const chosen = id === undefined ? CHECKS : CHECKS.filter((check) => check.id === id);
  if (chosen.length === 0) throw new InputError('checks', `there is no check ${id ?? ''}`, '`rollcall checks` lists them');
  const described = chosen.map(({ id: name, version, subject, kinds, severity, title, rationale, remediation, limits, expected, parameters }) => ({
    check: name, version, subject, kinds, severity, title, rationale, remediation, limits, expected,
    parameters: Object.entries(parameters).map(([parameter, { default: value, origin, source }]) => ({ parameter, default: value, origin, source })),
    bearsOn: crosswalkOf(name),
  }));
  if (options.json === true) {
    terminal.json({ checks: described });
    return EXIT.ok;
  }
  if (id === undefined) {
    for (const line of table(['check', 'severity', 'subject', 'title'], described.map((check) => [check.check, check.severity, check.subject, check.title]), 80)) terminal.out(line);
    terminal.note('`rollcall checks CHECK` shows one whole.');
    return EXIT.ok;
  }
  for (const check of described) {
    terminal.out(terminal.bold(`${check.check} (version ${check.version}, severity ${check.severity})`));
    for (const [name, value] of [['title', check.title], ['held against', check.kinds.join(', ')], ['met when', check.expected], ['why', check.rationale], ['remedy', check.remediation], ['does not show', check.limits]] as const) terminal.out(`  ${name.padEnd(14)} ${value}`);
    for (const { parameter, default: value, origin, source } of check.parameters) terminal.out(`  ${'parameter'.padEnd(14)} ${parameter} = ${JSON.stringify(value)}, ${origin === 'standard' ? 'from a standard' : "this tool's default"}: ${source}; not management's threshold until a control sets it`);
    for (const { framework, version, item, relation, rationale } of check.bearsOn) terminal.out(`  ${'bears on'.padEnd(14)} ${framework} ${version} ${item} (${relation}): ${rationale}`);
  }
  return EXIT.ok;
}
