// SPDX-License-Identifier: Apache-2.0
import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { Protocol } from './services.ts';

/** A request as it leaves: what stands in for the method, path, headers and body that the SDK's own operation has. */
export interface WireForm { readonly method: 'GET' | 'POST'; readonly path: string; readonly query: { readonly [name: string]: string }; readonly headers: { readonly [name: string]: string }; readonly body: string | null }

/** An operation's input in the form of its service's protocol. Throws where the input lacks what the path needs, which is a fault of a source. */
export function wireForm(protocol: Protocol, operation: string, input: JsonObject): WireForm {
  switch (protocol.kind) {
    case 'json': return { method: 'POST', path: '/', query: {}, headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${protocol.target}.${operation}` }, body: JSON.stringify(input) };
    case 'ec2': return { method: 'POST', path: '/', query: {}, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ Action: operation, Version: protocol.version, ...texts(input) }).toString() };
    case 'rest': return restForm(protocol.paths, operation, input);
  }
}

function restForm(paths: Extract<Protocol, { kind: 'rest' }>['paths'], operation: string, input: JsonObject): WireForm {
  const [method, template] = paths[operation] ?? [];
  if (method === undefined || template === undefined) throw new Error(`${operation} has no path`);
  const rest = new Map(Object.entries(input));
  const path = template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = rest.get(name);
    if (typeof value !== 'string' || value === '' || /^\.{1,2}$/.test(value)) throw new Error(`${operation} needs ${name} in its path`);
    rest.delete(name);
    return encodeURIComponent(value).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  });
  const left = Object.fromEntries(rest);
  // API Gateway answers in another form of JSON where none is asked for. https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKeys.html
  const headers = { accept: 'application/json' };
  return method === 'GET' ? { method, path, query: texts(left), headers, body: null } : { method, path, query: {}, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(left) };
}

function texts(input: JsonObject): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, textOf(value)]));
}
function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
