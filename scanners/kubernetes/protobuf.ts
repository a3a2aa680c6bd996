// SPDX-License-Identifier: Apache-2.0
// CommonJS: Node.js finds no names in it but the whole.
import protobuf from 'protobufjs/minimal.js';
import type { Reader } from 'protobufjs/minimal.js';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { LIST_META, STATUS, type Field, type Message } from './protobuf-fields.ts';

// https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
const MAGIC = Buffer.from('k8s\0', 'latin1');
const LENGTH_DELIMITED = 2;
const VARINT = 0;

export type Decoded = { readonly ok: true; readonly body: JsonObject } | { readonly ok: false; readonly problem: string };

/**
 * The list of a protobuf answer, of each item only the fields of `item`: all other bytes, values of environment variables among them, are
 * stepped over and never become text. An empty list is left out on the wire, so that the list's own metadata is what shows that it came.
 * No generated decoder is used because those read every field.
 */
export function decodeList(bytes: Uint8Array, item: Message): Decoded {
  return decoded(bytes, { 1: { name: 'metadata', read: 'message', of: LIST_META }, 2: { name: 'items', read: 'messages', of: item } }, (body) => ({ items: [], ...body }));
}

/** A failure that was answered in protobuf, in the shape that it has in JSON. */
export function decodeStatus(bytes: Uint8Array): Decoded {
  return decoded(bytes, STATUS, (body) => body);
}

/** Whether bytes begin as every protobuf answer of Kubernetes does. */
export function isProtobuf(bytes: Uint8Array): boolean {
  return MAGIC.equals(bytes.subarray(0, MAGIC.byteLength));
}

function decoded(bytes: Uint8Array, of: Message, complete: (body: JsonObject) => JsonObject): Decoded {
  if (!isProtobuf(bytes)) return { ok: false, problem: 'the body is not the protobuf of Kubernetes' };
  try {
    const reader = protobuf.Reader.create(bytes.subarray(MAGIC.byteLength));
    let kind: Json = '';
    let raw: Uint8Array | null = null;
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === (1 << 3 | LENGTH_DELIMITED)) kind = messageOf(reader, reader.uint32(), { 2: { name: 'kind', read: 'text' } })['kind'] ?? '';
      else if (tag === (2 << 3 | LENGTH_DELIMITED)) raw = reader.bytes();
      else reader.skipType(tag & 7);
    }
    if (raw === null || kind === '') throw new RangeError('the envelope was cut');
    const inner = protobuf.Reader.create(raw);
    return { ok: true, body: { kind, ...complete(messageOf(inner, raw.byteLength, of)) } };
  } catch (error) {
    // The library throws plain errors and RangeErrors for bytes that are no message; nothing else is done in here.
    if (error instanceof Error) return { ok: false, problem: 'the body is not the protobuf that was asked for, or was cut' };
    throw error;
  }
}

function messageOf(reader: Reader, length: number, of: Message): JsonObject {
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a message is longer than its body');
  const values: { [name: string]: Json } = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = of[tag >>> 3];
    if (field === undefined) reader.skipType(tag & 7);
    else take(reader, tag & 7, field, values);
  }
  if (reader.pos !== end) throw new RangeError('a field is longer than its message');
  return values;
}

function take(reader: Reader, wire: number, field: Field, values: { [name: string]: Json }): void {
  if (wire !== (field.read === 'flag' || field.read === 'count' ? VARINT : LENGTH_DELIMITED)) throw new Error(`${field.name} is not of the type that it has in Kubernetes`);
  switch (field.read) {
    case 'text': values[field.name] = reader.string(); return;
    case 'flag': values[field.name] = reader.bool(); return;
    // None of the numbers that are read needs more than 32 bits: lifetimes may not be longer, and moments are not until 2106.
    case 'count': values[field.name] = reader.uint32(); return;
    case 'moment': values[field.name] = momentOf(messageOf(reader, reader.uint32(), { 1: { name: 'seconds', read: 'count' } })['seconds']); return;
    case 'message': values[field.name] = messageOf(reader, reader.uint32(), field.of); return;
    case 'inline': Object.assign(values, messageOf(reader, reader.uint32(), field.of)); return;
    case 'messages': {
      const value = messageOf(reader, reader.uint32(), field.of);
      const list = values[field.name];
      if (field.sparse === true && Object.keys(value).length === 0) return;
      if (Array.isArray(list)) list.push(value);
      else values[field.name] = [value];
      return;
    }
    case 'entries': {
      const entry = labelOf(reader, reader.uint32(), field.only);
      if (entry !== null) values[field.name] = { ...asObject(values[field.name]), [entry[0]]: entry[1] };
    }
  }
}

/** One entry of a map of texts, or null where its name is not asked for: its value then stays bytes. */
function labelOf(reader: Reader, length: number, only: readonly string[]): readonly [string, string] | null {
  const end = reader.pos + length;
  let name = '';
  let value: string | null = null;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) name = reader.string();
    else if (tag >>> 3 === 2 && only.includes(name)) value = reader.string();
    else reader.skipType(tag & 7);
  }
  return value === null ? null : [name, value];
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Seconds since 1970 as Kubernetes writes a moment in JSON. */
function momentOf(seconds: Json | undefined): string {
  return new Date((typeof seconds === 'number' ? seconds : 0) * 1000).toISOString().replace('.000Z', 'Z');
}
