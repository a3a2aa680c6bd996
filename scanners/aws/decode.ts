// SPDX-License-Identifier: Apache-2.0
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { readReportCsv } from './report-csv.ts';

export type Decoded = { readonly ok: true; readonly body: Json; readonly requestId: string | null } | { readonly ok: false; readonly problem: string };

/** One element: a text, or children in order. */
interface Element { readonly name: string; readonly text: string; readonly children: readonly Element[] }

/**
 * The body of an AWS Query response as plain JSON: every scalar the text that was sent, `<member>` lists arrays, `<entry>` maps
 * objects, an empty element `''`. Refuses what is not the whole answer to this operation: a foreign root, a second root, a cut,
 * empty or HTML body, a document type, an element that comes twice. Never throws.
 * Format: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function decodeResult(operation: string, body: string): Decoded {
  const root = parseXml(body);
  if ('problem' in root) return { ok: false, problem: root.problem };
  if (root.name !== `${operation}Response`) return { ok: false, problem: `foreign root: expected ${operation}Response` };
  const results = root.children.filter(({ name }) => name === `${operation}Result`);
  const [result] = results;
  if (result === undefined || results.length !== 1) return { ok: false, problem: `expected one ${operation}Result, found ${results.length}` };
  const value = jsonOf(result);
  if (!value.ok) return value;
  const requestId = textAt(root, ['ResponseMetadata', 'RequestId']);
  return operation === 'GetCredentialReport' ? withReportRows(value.value, requestId) : { ok: true, body: value.value, requestId };
}

/**
 * The same of EC2, whose answers have no result element of their own, name the request beside the lists, and write each list as `<item>`s.
 * https://docs.aws.amazon.com/ec2/latest/devguide/making-api-requests.html
 */
export function decodeEc2(operation: string, body: string): Decoded {
  const root = parseXml(body);
  if ('problem' in root) return { ok: false, problem: root.problem };
  if (root.name !== `${operation}Response`) return { ok: false, problem: `foreign root: expected ${operation}Response` };
  const value = jsonOf({ ...root, children: root.children.filter(({ name }) => name !== 'requestId') }, 'item');
  return value.ok ? { ok: true, body: value.value, requestId: textAt(root, ['requestId']) } : value;
}

export interface ErrorBody { readonly code: string | null; readonly message: string | null; readonly requestId: string | null }

/** Code and message of an AWS Query error response; all null where the body is something else. */
export function decodeError(body: string): ErrorBody {
  const root = parseXml(body);
  if ('problem' in root || !['ErrorResponse', 'Response'].includes(root.name)) return { code: null, message: null, requestId: null };
  const error = root.name === 'Response' ? (['Errors', 'Error'] as const) : (['Error'] as const);
  return {
    code: textAt(root, [...error, 'Code']), message: textAt(root, [...error, 'Message']),
    requestId: textAt(root, ['RequestId']) ?? textAt(root, ['RequestID']) ?? textAt(root, ['ResponseMetadata', 'RequestId']),
  };
}

function parseXml(body: string): Element | { readonly problem: string } {
  const text = body.replace(/^\uFEFF/, '');
  if (text.trim() === '') return { problem: 'the body is empty' };
  if (!text.trimStart().startsWith('<')) return { problem: 'the body is not XML' };
  // No AWS response has a document type; without one there are no entities to expand but the five of XML.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return { problem: /<!DOCTYPE\s+html/i.test(text) ? 'the body is HTML' : 'the body declares a document type' };
  let nodes: unknown;
  try {
    const valid = XMLValidator.validate(text);
    if (valid !== true) return { problem: `the body is not whole XML (line ${valid.err.line}, column ${valid.err.col})` };
    // Entities are decoded here, not by the parser, whose limit on their number long policy documents exceed.
    nodes = new XMLParser({ preserveOrder: true, ignoreAttributes: true, parseTagValue: false, trimValues: false, processEntities: false, cdataPropName: CDATA, ignoreDeclaration: true, ignorePiTags: true }).parse(text);
  } catch (error) {
    return { problem: `the body is not XML: ${error instanceof Error ? error.name : 'unknown error'}` };
  }
  const roots = elementsOf(nodes);
  if ('problem' in roots) return roots;
  const [root] = roots.children;
  if (root === undefined || roots.children.length !== 1) return { problem: `expected one root element, found ${roots.children.length}` };
  return root;
}

const CDATA = '#cdata';

/** The parser's ordered nodes as elements. */
function elementsOf(nodes: unknown): { readonly text: string; readonly children: readonly Element[] } | { readonly problem: string } {
  let text = '';
  const children: Element[] = [];
  for (const node of nodes as readonly Readonly<Record<string, unknown>>[]) {
    const name = Object.keys(node).find((key) => key !== ':@');
    if (name === undefined) continue;
    const inner = node[name];
    if (name === '#text') {
      const decoded = withoutEntities(textOf(inner));
      if (decoded === null) return { problem: 'the body names an entity that XML does not have' };
      text += decoded;
    } else if (name === CDATA) text += (inner as readonly Readonly<Record<string, unknown>>[]).map((part) => textOf(part['#text'])).join('');
    else {
      const below = elementsOf(inner);
      if ('problem' in below) return below;
      children.push({ name: name.slice(name.indexOf(':') + 1), text: below.text, children: below.children });
    }
  }
  return { text, children };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five entities of XML and numeric references; each is one character, so nothing can grow. Null for any other. */
function withoutEntities(text: string): string | null {
  if (!text.includes('&')) return text;
  let known = true;
  const decoded = text.replace(/&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([A-Za-z]+));|&/g, (_whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    const code = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number.parseInt(decimal, 10) : null;
    const character = code !== null ? (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined) : name === undefined || !Object.hasOwn(ENTITIES, name) ? undefined : ENTITIES[name];
    if (character === undefined) known = false;
    return character ?? '';
  });
  return known ? decoded : null;
}

type Value = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string };

function jsonOf(element: Element, member = 'member'): Value {
  const { children } = element;
  if (children.length === 0) return { ok: true, value: element.text };
  if (element.text.trim() !== '') return { ok: false, problem: `${element.name} mixes text with elements` };
  if (children.every(({ name }) => name === member)) {
    const list: Json[] = [];
    for (const child of children) {
      const item = jsonOf(child, member);
      if (!item.ok) return item;
      list.push(item.value);
    }
    return { ok: true, value: list };
  }
  const isMap = children.every(({ name }) => name === 'entry');
  const members = new Map<string, Json>();
  for (const child of children) {
    const entry = isMap ? mapEntry(child) : { name: child.name, value: jsonOf(child, member) };
    if (entry === null) return { ok: false, problem: `${element.name} has an entry without one key and one value` };
    if (!entry.value.ok) return entry.value;
    if (members.has(entry.name)) return { ok: false, problem: `${element.name} has the same element twice` };
    members.set(entry.name, entry.value.value);
  }
  return { ok: true, value: Object.fromEntries(members) };
}

function mapEntry(entry: Element): { readonly name: string; readonly value: Value } | null {
  const key = entry.children.find(({ name }) => name === 'key');
  const value = entry.children.find(({ name }) => name === 'value');
  return key === undefined || value === undefined || entry.children.length !== 2 || key.children.length > 0 ? null : { name: key.text, value: jsonOf(value) };
}

function textAt(element: Element, path: readonly string[]): string | null {
  const [name, ...rest] = path;
  if (name === undefined) return element.children.length === 0 && element.text !== '' ? element.text : null;
  const child = element.children.find((candidate) => candidate.name === name);
  return child === undefined ? null : textAt(child, rest);
}

/** The credential report's Content, base64 of CSV, as rows by header name; a page so reads the same as any other. */
function withReportRows(value: Json, requestId: string | null): Decoded {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, problem: 'the report has no content' };
  const { Content, ...rest } = value as JsonObject;
  if (typeof Content !== 'string' || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(Content)) return { ok: false, problem: 'Content is not there or not base64' };
  const csv = readReportCsv(new TextDecoder('utf-8').decode(Buffer.from(Content, 'base64')));
  return csv.ok ? { ok: true, body: { ...rest, rows: csv.rows }, requestId } : { ok: false, problem: csv.problem };
}
