// SPDX-License-Identifier: Apache-2.0

/** https://learn.microsoft.com/en-us/graph/paging: the most that a page of the directory has. */
export const LARGEST_PAGE = 999;

/** A request that may leave: a GET, or a query of Resource Graph, which is a POST that reads. Path, fields and query are fixed here; only ids and the page come from a source. */
export interface WireOperation {
  readonly service: 'graph' | 'arm' | 'vault';
  readonly operation: string;
  /** Parts in braces are filled from the input by their names: an id each. */
  readonly path: string;
  /** The fields that are asked for; none where the service takes no selection, and the parser drops what no schema names. */
  readonly select: readonly string[];
  /** Further options, as they stand in the address; parts in braces are filled from the input here too. */
  readonly fixed: string | null;
  /** Most items of a page; null where the service takes no size. */
  readonly top: number | null;
  /** Served from the index of the directory, which lags. https://learn.microsoft.com/en-us/graph/aad-advanced-queries */
  readonly eventual: boolean;
  /** What must be granted; where the page of the operation asks for two, both. */
  readonly permissions: readonly string[];
  readonly documentation: string;
  /** The query of a read of Resource Graph; null for a GET. */
  readonly query: string | null;
  /** Present: a text called `value` beside its translation is a word of Azure's own, and kept. */
  readonly localized?: true;
}

/** The member of a page that links to the next one. */
export function linkOf({ service }: WireOperation): '@odata.nextLink' | 'nextLink' {
  return service === 'graph' ? '@odata.nextLink' : 'nextLink';
}
