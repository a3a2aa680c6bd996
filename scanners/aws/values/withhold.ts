// SPDX-License-Identifier: Apache-2.0
import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { DetectSecrets } from '../../../src/model/source.ts';
import type { RawResponse } from '../reply.ts';
import { plain } from '../shapes.ts';
import type { Places } from './places.ts';
import { textsOf, verdictOf, type Sent } from './verdict.ts';

/** An error's code: a name, and never a text in which somebody quotes something. */
const CODE = /^[A-Za-z0-9.#:/_-]{1,128}$/;
/** What decides between two outcomes of a denial; nothing else of an error's message is kept. */
const ORGANIZATION_DENIAL = /with an explicit deny in a (?:service|resource) control policy/;

/**
 * A response that may carry values as one that carries none: each value is replaced by its length and a verdict, every text at a place that
 * is not named is blanked, of an error its code is left. What cannot be read as JSON goes as a whole. Never throws, so that nothing of it
 * stands in an error either.
 */
export async function withholdValues(places: Places, response: RawResponse, detect: DetectSecrets): Promise<RawResponse> {
  if (response.cut !== null) return { ...response, body: new Uint8Array() };
  if (response.status < 200 || response.status >= 300) return { ...response, body: bytesOf(errorOf(parsed(response.body))) };
  const body = parsed(response.body);
  if (body === null) return refused(response, 'the answer is not JSON; none of it is kept, since it may carry values');
  try {
    const sent: Sent[] = [];
    replaced(body, '', places, (variable) => {
      sent.push(variable);
      return {};
    });
    const found = await detect([...new Set(sent.flatMap(textsOf))]);
    return { ...response, body: bytesOf(replaced(body, '', places, (variable) => plain(verdictOf(variable, found)))) };
  } catch {
    // Whatever the detector stumbled over was a value: its message is not repeated.
    return refused(response, 'the values of the answer could not be judged; none of it is kept');
  }
}

/** The body with every scalar kept, judged or blanked. */
function replaced(value: Json, path: string, places: Places, judge: (variable: Sent) => JsonObject): Json {
  const form = places.values[path];
  const variables = form === undefined || value === null ? null : form === 'members' ? membersOf(value) : pairsOf(value);
  if (variables !== null) return variables.map(judge);
  if (Array.isArray(value)) return value.map((item: Json) => replaced(item, `${path}[]`, places, judge));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member, path === '' ? name : `${path}.${name}`, places, judge)]));
  if (value === null || places.keep.includes(path)) return value;
  return typeof value === 'string' ? '' : typeof value === 'number' ? 0 : false;
}

function membersOf(value: Json): readonly Sent[] | null {
  return isObject(value) ? Object.entries(value).map(([name, member]) => ({ name, value: textOf(member), stored: false })) : null;
}

function pairsOf(value: Json): readonly Sent[] | null {
  if (!Array.isArray(value)) return null;
  return value.map((item: Json) => {
    const { name = '', value: own = '', type } = isObject(item) ? item : {};
    // CodeBuild's types beside PLAINTEXT. https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
    return { name: typeof name === 'string' ? name : '', value: textOf(own), stored: type === 'PARAMETER_STORE' || type === 'SECRETS_MANAGER' };
  });
}

function errorOf(body: JsonObject | null): JsonObject {
  const { __type: type, code, message, Message } = body ?? {};
  const named = [code, type].find((one) => typeof one === 'string' && CODE.test(one));
  const [denial] = ORGANIZATION_DENIAL.exec(textOf(message ?? Message ?? '')) ?? [];
  return { ...(named === undefined ? {} : { __type: named }), message: `the message is not kept, since answers of this operation may carry values${denial === undefined ? '' : `; it says: ${denial}`}` };
}

function parsed(bytes: Uint8Array): JsonObject | null {
  try {
    const value: Json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isObject(value) ? value : null;
  } catch {
    // The parser's message quotes what it could not read.
    return null;
  }
}

function refused(response: RawResponse, problem: string): RawResponse {
  return { ...response, body: new Uint8Array(), cut: { outcome: 'malformed', problem } };
}

function bytesOf(value: Json): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
