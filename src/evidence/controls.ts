// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { controlSchema, type Control } from '../bundle/records.ts';
import type { Check, ParametersInForce } from '../checks/define.ts';
import { InputError } from '../model/errors.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import { printable } from '../model/printable.ts';
import type { Threshold } from '../model/verdict.ts';
import { idProblem, shippedMappings } from './mappings.ts';

const controlsFileSchema = z.strictObject({ controls: z.array(controlSchema) });

/**
 * Management's controls from the parsed text of `controls.yaml`. Throws an InputError with the place: an unknown check or parameter,
 * a number out of range, an id or a check that stands twice, a criterion of no framework or a withdrawn one, or one check held to two
 * different numbers.
 */
export function parseControls(value: unknown, checks: readonly Check[], place: string): readonly Control[] {
  const parsed = controlsFileSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InputError(`${place}${issue === undefined || issue.path.length === 0 ? '' : `: ${issue.path.join('.')}`}`, issue?.message ?? 'does not fit', 'docs/configuration.md describes a control field by field', { cause: parsed.error });
  }
  const { frameworks } = shippedMappings();
  const seen = new Set<string>();
  const numbers = new Map<string, { readonly value: string; readonly control: string }>();
  for (const [index, control] of parsed.data.controls.entries()) {
    if (seen.has(control.id)) throw new InputError(`${place}: controls.${index}.id`, `${control.id} stands twice`, 'give each control its own id');
    seen.add(control.id);
    for (const [position, criterion] of control.criteria.entries()) {
      const problem = idProblem(frameworks, criterion);
      if (problem !== null) throw new InputError(`${place}: controls.${index}.criteria.${position}`, problem, 'name an id as its framework writes it, such as CC6.1 (SOC 2), PR.AA-01 (CSF 2.0) or NHI7:2025 (OWASP)');
    }
    for (const [position, { check: id, parameters }] of control.checks.entries()) {
      const where = `${place}: controls.${index}.checks.${position}`;
      const check = checks.find((candidate) => candidate.id === id);
      if (control.checks.findIndex((entry) => entry.check === id) !== position) throw new InputError(`${where}.check`, `${printable(id)} stands twice in ${control.id}`, 'name each check once, with all its parameters');
      if (check === undefined) throw new InputError(`${where}.check`, `there is no check ${printable(id)}`, '`rollcall checks` lists them');
      for (const [name, given] of Object.entries(parameters)) {
        const parameter = check.parameters[name];
        if (parameter === undefined) throw new InputError(`${where}.parameters.${name}`, `${id} has no parameter ${printable(name)}`, `it has ${Object.keys(check.parameters).join(', ') || 'none'}`);
        const fits = parameter.schema.safeParse(given);
        if (!fits.success) throw new InputError(`${where}.parameters.${name}`, fits.error.issues[0]?.message ?? 'does not fit', `the default is ${JSON.stringify(parameter.default)}`, { cause: fits.error });
        const text = canonicalJson(fits.data);
        const earlier = numbers.get(`${id} ${name}`);
        if (earlier !== undefined && earlier.value !== text) throw new InputError(`${where}.parameters.${name}`, `${id} is held to ${earlier.value} by ${earlier.control} and to ${text} here`, 'a verdict has one threshold: use one number, or one control');
        numbers.set(`${id} ${name}`, { value: text, control: control.id });
      }
    }
  }
  return parsed.data.controls;
}

/** For each check the numbers in force, with their origin: management's control, a named standard, or this tool's default, which nobody adopted. */
export function parametersInForce(checks: readonly Check[], controls: readonly Control[]): ReadonlyMap<string, ParametersInForce> {
  return new Map(checks.map((check) => {
    const values: { [name: string]: Json } = {};
    const thresholds: Threshold[] = [];
    for (const [name, parameter] of Object.entries(check.parameters)) {
      const setter = controls.find((control) => control.checks.some((entry) => entry.check === check.id && Object.hasOwn(entry.parameters, name)));
      const given = setter?.checks.find((entry) => entry.check === check.id)?.parameters[name];
      const value = given === undefined ? parameter.default : parameter.schema.parse(given);
      values[name] = value;
      thresholds.push(setter === undefined ? { name, value, origin: parameter.origin, source: parameter.source } : { name, value, origin: 'management', source: `control ${setter.id}` });
    }
    return [check.id, { values, thresholds }];
  }));
}
