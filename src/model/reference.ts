// SPDX-License-Identifier: Apache-2.0
/**
 * Where a statement comes from, as text that names the file to open: `<unit folder>/<source>/<parent>/<page>` then,
 * in a page, `#` and a JSON pointer (RFC 6901) into its body. `parent` is `-` for a list that hangs from the unit.
 * Example: `aws-111122223333/aws.iam.access-keys/AIDAEXAMPLE/1#/AccessKeyMetadata/0`. Several pages of one list, what stands on all of
 * them, are one reference: `azure-…/azure.graph.service-principals/-/1-201#`.
 */
export type PageReference = string & { readonly __pageReference: unique symbol };
/** A call's id: a page's place and `.attempt`, e.g. `aws-111122223333/aws.iam.users/-/1.2` for the second try of page 1. */
export type CallId = string & { readonly __callId: unique symbol };

/** One read: a source in a unit, for one parent (null: the unit itself), page by page. */
export interface ReadKey { readonly unit: string; readonly source: string; readonly parent: string | null }

/** The folder of a unit: its id with anything but letters, digits, dot and hyphen percent-encoded, colon as hyphen. */
export function unitFolder(unitId: string): string {
  return safePathPart(unitId.replace(':', '-'));
}

/** A text as one path part that cannot leave its folder: RFC 3986 percent-encoding, with leading dots encoded too. */
export function safePathPart(text: string): string {
  const encoded = encodeURIComponent(text).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return encoded.startsWith('.') ? `%2E${encoded.slice(1)}` : encoded;
}

/** A read's place as text, without page number. */
export function readPath(key: ReadKey): string {
  return `${unitFolder(key.unit)}/${key.source}/${key.parent === null ? '-' : `=${safePathPart(key.parent)}`}`;
}

/** Reference to a place in a page. `pointer` parts are escaped here. */
export function pageReference(key: ReadKey, page: number, pointer: readonly (string | number)[] = []): PageReference {
  const tail = pointer.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return `${readPath(key)}/${page}#${tail}` as PageReference;
}

/** Reference to all pages of a list, of which there are so many: one text however long the list is, since each of its rows may stand on it. */
export function listReference(key: ReadKey, pages: number): PageReference {
  return pages === 1 ? pageReference(key, 1) : (`${readPath(key)}/1-${pages}#` as PageReference);
}

export function callId(key: ReadKey, page: number, attempt: number): CallId {
  return `${readPath(key)}/${page}.${attempt}` as CallId;
}

export interface ParsedPageReference { readonly unitFolder: string; readonly source: string; readonly parent: string | null; readonly page: number; /** The last of several pages; `page` itself where it is one. */ readonly last: number; readonly pointer: readonly string[] }

/** The parts of a page reference, or null where the text is none. */
export function parsePageReference(text: string): ParsedPageReference | null {
  const match = /^([^/]+)\/([^/]+)\/(-|=[^/]*)\/(\d+)(?:-(\d+))?#((?:\/[^/]*)*)$/.exec(text);
  if (match === null) return null;
  const [, folder = '', source = '', parent = '-', page = '0', last = page, pointer = ''] = match;
  if (Number(last) < Number(page) || (last !== page && pointer !== '')) return null;
  return {
    unitFolder: folder,
    source,
    parent: parent === '-' ? null : decodeURIComponent(parent.slice(1)),
    page: Number(page),
    last: Number(last),
    pointer: pointer === '' ? [] : pointer.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
  };
}
