// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Decoded, ErrorBody } from './decode.ts';

const errorSchema = z.object({ __type: z.string().optional(), code: z.string().optional(), message: z.string().optional(), Message: z.string().optional() });

/**
 * The body of a LookupEvents response, with each event's `CloudTrailEvent`, a JSON text of all that was asked and answered, as the object
 * that it is: so the page's schema says of each of its members too whether it may be kept. Refuses what is no such answer. Never throws.
 * Format: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html
 */
export function decodeLookupEvents(body: string): Decoded {
  const result = objectOf(body);
  if (typeof result === 'string') return { ok: false, problem: `the body ${result}` };
  const { Events: events } = result;
  if (!Array.isArray(events)) return { ok: false, problem: 'Events is not there or not a list' };
  const opened: Json[] = [];
  for (const event of events) {
    if (!isObject(event)) return { ok: false, problem: 'an event is not an object' };
    const { CloudTrailEvent: text } = event;
    const detail = typeof text === 'string' ? objectOf(text) : 'is not there or not a text';
    if (typeof detail === 'string') return { ok: false, problem: `the CloudTrailEvent of an event ${detail}` };
    opened.push({ ...event, CloudTrailEvent: detail });
  }
  return { ok: true, body: { ...result, Events: opened }, requestId: null };
}

/**
 * The body of an AWS JSON or REST JSON response: one object, as it was sent but for members that are null, which mean what their absence
 * means. Whether it answers this operation, the page's schema says. Never throws.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#shape-serialization
 */
export function decodeJson(body: string): Decoded {
  const result = objectOf(body);
  return typeof result === 'string' ? { ok: false, problem: `the body ${result}` } : { ok: true, body: withoutNulls(result), requestId: null };
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutNulls(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => (member === null ? [] : [[name, withoutNulls(member)]])));
}

/** Code and message of an AWS JSON or REST JSON error response; all null where neither its body nor its header tells. REST JSON names the code in a header first. */
export function decodeJsonError(body: string, header?: string): ErrorBody {
  const result = objectOf(body);
  const error = typeof result === 'string' ? null : errorSchema.safeParse(result);
  const { __type: type, code = type, message, Message } = error?.success === true ? error.data : {};
  const named = code ?? header;
  // `namespace#Code:address`, of which the code is the middle. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization
  return { code: named === undefined ? null : codeOf(named), message: message ?? Message ?? null, requestId: null };
}

function codeOf(text: string): string {
  return text.replace(/^.*#/, '').replace(/:.*$/, '');
}

/** The object that a JSON text is, or in words why it is none: without any of the text, which may hold a secret. */
function objectOf(text: string): JsonObject | string {
  if (text.trim() === '') return 'is empty';
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : 'is not a JSON object';
  } catch {
    return 'is not whole JSON';
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
