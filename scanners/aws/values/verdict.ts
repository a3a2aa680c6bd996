// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

export const VALUE_VERDICTS = ['empty', 'switch', 'reference', 'text', 'detected'] as const;

/**
 * What is kept of a variable: its name, how long its value is, in UTF-16 units, and what the value looks like. `detected`: the detector's rule
 * `rule` sees a secret; `reference`: it says where a secret is kept; `switch`: yes or no; `text`: anything else.
 */
export const variableSchema = z.object({ name: z.string(), length: z.int().min(0), verdict: z.enum(VALUE_VERDICTS), rule: z.string().optional() });
export type Variable = z.output<typeof variableSchema>;

/** A variable as an answer has it. `stored`: it names a secret that is kept elsewhere, as the answer itself says. */
export interface Sent { readonly name: string; readonly value: string; readonly stored: boolean }

/**
 * What refers to a stored secret instead of holding one: ARNs of Secrets Manager and Systems Manager, CloudFormation's dynamic references,
 * and addresses in the schemes of secret stores. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
const REFERENCES: readonly RegExp[] = [/^arn:aws[a-z-]*:(?:secretsmanager|ssm):[^\s:]*:\d{12}:\S+$/, /^\{\{resolve:(?:secretsmanager|ssm|ssm-secure):[^{}\s]+\}\}$/, /^(?:secretsmanager|ssm|vault|op):\/\/[\w./:@-]{1,200}$/];
const SWITCHES = /^(?:true|false|yes|no|on|off|null|none|[01])$/i;

/** The texts to look at for a secret in a variable: many rules want the name beside the value, and a value may be encoded. */
export function textsOf({ name, value, stored }: Sent): readonly string[] {
  if (stored || value.trim() === '' || SWITCHES.test(value)) return [];
  return [value, `${name}=${value}`, ...decoded(value)];
}

/** What is kept of a variable, with what the detector found in its texts. */
export function verdictOf(sent: Sent, found: ReadonlyMap<string, string>): Variable {
  const { name, value } = sent;
  const own = { name, length: value.length };
  if (sent.stored) return { ...own, verdict: 'reference' };
  const rule = textsOf(sent).map((text) => found.get(text)).find((one) => one !== undefined);
  if (rule !== undefined) return { ...own, verdict: 'detected', rule };
  if (value.trim() === '') return { ...own, verdict: 'empty' };
  if (SWITCHES.test(value)) return { ...own, verdict: 'switch' };
  return { ...own, verdict: REFERENCES.some((pattern) => pattern.test(value)) ? 'reference' : 'text' };
}

/** A value in base64 as what it stands for, where that is printable text. */
function decoded(value: string): readonly string[] {
  if (value.length < 16 || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return [];
  const text = Buffer.from(value, 'base64').toString('latin1');
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? [text] : [];
}
