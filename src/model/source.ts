// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { Fact, Unknown } from './fact.ts';
import type { Instant } from './instant.ts';
import type { Json, JsonObject } from './json.ts';
import type { Outcome } from './ledger.ts';
import type { LifecycleRow } from './lifecycle.ts';
import type { CallId, PageReference } from './reference.ts';
import type { Credential, Grant, Identity, InventoryRow, ObjectRow, SourceRow, Trust } from './row.ts';
import type { Unit } from './unit.ts';

/** How much a scan reads: bulk lists only; what a review needs (the default); everything a source offers. */
export type Depth = 'bulk' | 'standard' | 'deep';

/** What a source asks of its provider, as data: no SDK type, no SDK value. */
export interface Request { readonly service: string; readonly operation: string; readonly input: JsonObject }

/** An operation that a source may send. `permission` is what a policy must allow for it. */
export interface Operation {
  readonly service: string;
  readonly operation: string;
  readonly permission: string;
  /** The provider's page for it, where its request and response are described. */
  readonly documentation: string;
  /** A smallest real read for `doctor`, or null with the reason where none exists without an object's name. */
  readonly probe: { readonly input: JsonObject } | { readonly untestable: string };
}

/** Whether a page ends its list, and the parameters that ask for the next. */
export type End = { readonly last: true } | { readonly next: JsonObject } | { readonly again: { readonly afterMs: number } } | { readonly missing: string };

/** The smallest schema of a page: only fields we use. What it does not name never reaches disk. It must not change values: pages keep what was sent. */
export interface PageShape<Body> {
  readonly schema: z.ZodType<Body>;
  /** How many items the page lists; 0 makes the call's outcome `empty`. */
  readonly count: (body: Body) => number;
  readonly end: (body: Body) => End;
}

/** One read to make: the parent's id (null for the unit's own list) and what `request` needs. */
export interface Seed { readonly parent: string | null; readonly parameters: JsonObject }
export interface SkipReason { readonly skip: 'not_requested' | 'not_needed' | 'parent_unread'; readonly reason: string }

/** What a source may look at in the same unit: rows of ended sources, and how those ended. Pure: built from pages and ledger alone. */
export interface Related {
  readonly unit: Unit;
  readonly depth: Depth;
  /** Rows of a source named in `after` (or of the parent source). */
  rows(source: string): readonly SourceRow[];
  /** How a source's own list, or its read for one parent, ended: `complete`, or why not. */
  ended(source: string, parent?: string | null): ReadEnd;
}
export type ReadEnd =
  | { readonly state: 'complete'; readonly pages: number; readonly calls: readonly CallId[] }
  | { readonly state: 'failed'; readonly outcome: Exclude<Outcome, 'ok' | 'empty'>; readonly errorCode: string | null; readonly operation: string; readonly calls: readonly CallId[] }
  | { readonly state: 'skipped'; readonly kind: SkipReason['skip']; readonly reason: string }
  | { readonly state: 'not_due' };

/** Where a row stands while it is made. `ref` points into the page's body. */
export interface RowContext { readonly unit: Unit; readonly parent: string | null; readonly providerTime: Instant | null; ref(...pointer: readonly (string | number)[]): PageReference }

/** One kind of read: data and pure functions, in a file of its own. */
export interface Source<Body = Json> {
  readonly id: string;
  readonly title: string;
  /** The kind of unit that it reads; several where the same list can be asked of each. */
  readonly unitKind: string | readonly string[];
  readonly operations: readonly Operation[];
  readonly lane: string;
  /** The least depth at which it is read. */
  readonly depth: Depth;
  /** How many requests one read takes as far as that can be said beforehand, for the time that a deep scan tells it will take; one where absent. */
  readonly requestsPerRead?: number;
  /** Read only where the scope of the target has this field as `true`: its answers carry what the others never do. */
  readonly optIn?: string;
  /** Sources of the same unit that must have ended (well or not) before this one is planned. */
  readonly after: readonly string[];
  /** Source whose rows this one follows; null for a list of the unit. */
  readonly parent: string | null;
  /** Source that gives the same rows another way where the provider rejects this request's form; its success makes that rejection no gap. */
  readonly fallback?: string;
  /** Error codes by which the provider says that there is none, or that a feature is off: an answer, and no gap. */
  readonly noneBy?: readonly string[];
  /** Reads of a unit-level source; one read without parameters where absent. */
  readonly plan?: (related: Related) => readonly Seed[] | SkipReason;
  /** Follow-up for one row of the parent source: a read, a recorded reason, or null for a row that can have none. */
  readonly next?: (row: SourceRow, related: Related) => Seed | (SkipReason & { readonly parent: string }) | null;
  readonly request: (seed: Seed, page: JsonObject) => Request;
  readonly page: PageShape<Body>;
  /** Total: a body that fits the schema never throws. */
  readonly rows: (body: Body, context: RowContext) => readonly SourceRow[];
  /** The provider's own command that shows the same record today, for `trace`; `unit` is the unit's id. */
  readonly command: (parameters: JsonObject, unit?: string) => string;
  /** What this read cannot show, for the report. */
  readonly blindSpots: readonly string[];
}

/** A source with its page type closed over, so that sources of different pages stand in one list. Parses the page itself. */
export interface AnySource extends Omit<Source<never>, 'page' | 'rows'> {
  readonly page: { readonly schema: z.ZodType; count(body: unknown): number; end(body: unknown): End };
  rows(body: unknown, context: RowContext): readonly SourceRow[];
}

/** Fixes a source's types and its defaults. The page functions get a parsed body; calling them with another throws a ZodError. */
export function defineSource<Body>(source: Omit<Source<Body>, 'after' | 'parent' | 'depth' | 'blindSpots'> & Partial<Pick<Source<Body>, 'after' | 'parent' | 'depth' | 'blindSpots'>>): AnySource {
  const { page, rows, ...rest } = source;
  return {
    after: [], parent: null, depth: 'bulk', blindSpots: [], ...rest,
    page: { schema: page.schema, count: (body) => page.count(page.schema.parse(body)), end: (body) => page.end(page.schema.parse(body)) },
    rows: (body, context) => rows(page.schema.parse(body), context),
  };
}

/** A limit of one real quota, as data. `scope`: one bucket for each unit, or for each login (target). */
export interface Lane {
  readonly id: string;
  /** Requests a second at the start, after taking half of a known quota. */
  readonly rate: number;
  readonly burst: number;
  readonly concurrency: number;
  readonly scope: 'unit' | 'target';
  /** Where the numbers come from. */
  readonly source: string;
}

/** A number of ours against the provider's own count of the same thing. */
export interface ControlTotal {
  readonly name: string;
  readonly unit: string;
  readonly method: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly listed: number | null;
  /** `changed_during_scan`: the provider's count moved while we read. `unavailable`: one side could not be read. */
  readonly state: 'equal' | 'differs' | 'changed_during_scan' | 'unavailable';
  readonly note: string | null;
  readonly refs: readonly PageReference[];
}

/** All rows of one unit, joined. */
export interface UnitInventory {
  /** The provider's kinds of identity: what a check of every identity is held against. */
  readonly identityKinds: readonly string[];
  readonly identities: readonly Identity[];
  readonly credentials: readonly Credential[];
  readonly grants: readonly Grant[];
  readonly trusts: readonly Trust[];
  readonly objects: readonly ObjectRow[];
  /** What the provider's audit log says happened, with the windows in which it was asked; absent where none is read. */
  readonly events?: readonly LifecycleRow[];
  /** How many rows of each kind of identity, credential, trust and object the unit has: known only where the lists behind it closed in this scan. */
  readonly populations: { readonly [kind: string]: Fact<number> };
  readonly controlTotals: readonly ControlTotal[];
  /** Rows that no join could place, kept and reported. */
  readonly unplaced: readonly SourceRow[];
}
export type { InventoryRow };

/** What a join needs beside rows: whose accounts are ours, and what the scan was told. */
export interface JoinContext { readonly asOf: Instant; readonly ownUnits: ReadonlySet<string>; readonly vendorUnits: ReadonlySet<string>; readonly depth: Depth; related: Related; /** What was read of another unit of the provider, of a kind that it names under `above`; null where that is not in scope. */ readonly above?: (unit: string) => Related | null }

/** The unknown that stands for a read that did not end well. */
export type UnknownFor = (source: string, parent?: string | null) => Unknown;

/** The provider's reply to one request, never thrown: a failure is an outcome. */
export type Reply =
  | { readonly ok: true; readonly body: Json; readonly httpStatus: number; readonly requestId: string | null; readonly providerTime: Instant | null }
  | {
      readonly ok: false; readonly outcome: Exclude<Outcome, 'ok' | 'empty'>; readonly httpStatus: number | null; readonly errorCode: string | null; readonly message: string | null;
      readonly requestId: string | null; readonly providerTime: Instant | null; readonly retryAfterMs: number | null;
      /** Whether a later try may succeed. */
      readonly transient: boolean;
    };

/** A unit that a parent's list has: an account of an organization. `closed`: why there is nothing in it to read (suspended, closed), in the provider's word; null where it is open. */
export interface ListedUnit { readonly id: string; readonly nativeId: string; readonly kind: string; readonly name: string | null; readonly closed: string | null }

/** How the rows of a unit of one kind list other units, so that scope is evidence: which there are, what they are called (in the plural), and how their list ended. Pure. */
export interface ParentList {
  readonly unitKind: string;
  readonly children: string;
  /** True where the units lie within the parent, as regions do in an account: such a list says nothing of which accounts there are. */
  readonly within?: true;
  /** The sources whose rows it looks at. */
  readonly sources: readonly string[];
  /** True where each page of these sources tells its units alone: they are begun as it comes, since the list of an organization takes minutes. */
  readonly pageByPage?: true;
  units(related: Related): readonly ListedUnit[];
  ended(related: Related): ReadEnd;
  /** Whether management declares a listed unit; one that it does not is a gap in scope and not read. */
  isDeclared(scope: JsonObject, unit: ListedUnit): boolean;
  /** Units that management declares by name beneath a parent, read whether its list has them or not. */
  readonly declares?: (scope: JsonObject, parent: Unit) => readonly ListedUnit[];
}

/**
 * What a login may do in a unit, by its own token or by the provider's answer, which `basis` names in words: which of some permissions it has; null where that cannot be said. `exact`: what it has not is refused;
 * else something broader may stand in for it. `asked`: those that the basis says anything of; all where absent.
 */
export interface Rights { readonly basis: string; readonly held: readonly string[] | null; readonly exact: boolean; readonly asked?: readonly string[] }

/** A login that answered: who it is, which units it reaches, and how to send. */
export interface Connection {
  /** The principal that answered, as the provider names it, and the call that showed it (kept in `run.json`). */
  readonly login: { readonly principal: string; readonly operation: string; readonly endpoint: string; readonly requestId: string | null; readonly providerTime: Instant | null };
  readonly units: readonly Unit[];
  /** What a person should know before anything is read: an endpoint that is not the provider's own, for one. */
  readonly notices?: readonly string[];
  /** Where requests of a unit go; shown before reading where it is not the provider's own host. */
  readonly endpoint: (unit: Unit, request: Request) => string;
  send(unit: Unit, request: Request, signal: AbortSignal): Promise<Reply>;
  /** The lane of the quota that `rights` takes from; absent where it sends nothing. */
  readonly rightsLane?: string;
  /** Which of some permissions the login has in a unit, without trying a read; null where nothing is told of units of its kind. Absent where no such question can be asked. */
  readonly rights?: (unit: Unit, permissions: readonly string[], signal: AbortSignal) => Promise<Rights | null>;
  /** Logs in to a unit that a parent listed or a scope declared beside the login's own; called before its first request. Absent where the login reaches all its units as it is. */
  readonly enter?: (unit: Unit, signal: AbortSignal) => Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>;
  /** Ends what `enter` began. */
  readonly leave?: (unit: Unit) => void;
  close(): void;
}

/** A target of `rollcall.yaml`, parsed; `settings` is parsed again by the provider's own schema. */
export interface Target { readonly name: string; readonly provider: string; readonly auth: JsonObject; readonly scope: JsonObject }

/** Which of some texts hold a secret, by the rule that says so. */
export type DetectSecrets = (texts: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** `requestTimeoutMs`: how long one request may take; the provider's own default where absent. `detect`: what answers that carry values are put through, where a scope opts into such reads. */
export interface ConnectOptions { readonly userAgent: string; readonly requestTimeoutMs?: number; readonly detect?: DetectSecrets }

/** How a target's scope declares units: the field that names them, and the ids, without the provider's name before them, of the units that a scope names. */
export interface Declares {
  readonly field: string;
  readonly units: (scope: JsonObject) => readonly string[];
  /** Whether management declares whatever a parent lists: what is found is then in scope, and not a gap in what was declared. Absent: never. */
  readonly everything?: (scope: JsonObject) => boolean;
}

/** A scope that declares its units as a list of their ids under one field. */
export function declaresIn(field: string): Declares {
  return { field, units: (scope) => { const ids = scope[field]; return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : []; } };
}

/** A policy, or a template that makes one. `apart`: printed only where it is named, so that what is printed without a name is one document. */
export interface PermissionDocument { readonly name: string; readonly format: string; readonly text: string; readonly note: string; readonly apart?: true }

/** All that Rollcall knows of a provider. Everything but `connect` is pure and loads no SDK. */
export interface Provider {
  readonly id: string;
  readonly title: string;
  /** Other names by which people call it on the command line. */
  readonly aliases?: readonly string[];
  readonly sources: readonly AnySource[];
  readonly lanes: readonly Lane[];
  readonly targetSchema: z.ZodType<{ auth: JsonObject; scope: JsonObject }>;
  /** Absent where a scope cannot declare units. */
  readonly declares?: Declares;
  /** Units whose rows list other units; absent where no unit has such a list. */
  readonly parents?: readonly ParentList[];
  /** Kinds of units at whose reads the joins of units below look: folders whose rights are inherited. They are few, and held in memory. */
  readonly above?: readonly string[];
  /** Logs in. Throws a ConnectError that says what to do. The only function that loads an SDK. */
  connect(target: Target, options: ConnectOptions): Promise<Connection>;
  join(related: Related, context: JoinContext): UnitInventory;
  /** Least-privilege policies by name, generated from the sources' operations, with the denial of what returns secrets. */
  permissions(depth: Depth): readonly PermissionDocument[];
  /** Credential kinds that no read can list, in words. */
  readonly blindSpots: readonly string[];
  /** In words, how each class of principal is decided. */
  readonly classificationRules: readonly string[];
  readonly responsibilityNote: string;
}

/** What of a provider's sources that want it a scope opts into, as a unit carries it. */
export function optedIn(provider: Pick<Provider, 'sources'>, scope: JsonObject): Pick<Unit, 'optedIn'> {
  const names = [...new Set(provider.sources.flatMap(({ optIn }) => (optIn !== undefined && scope[optIn] === true ? [optIn] : [])))];
  return names.length === 0 ? {} : { optedIn: names };
}

/** Why a source that is read only where management opts into it is not read in a unit; null where it is. */
export function notOptedIn({ optIn }: Pick<Source, 'optIn'>, unit: Unit): string | null {
  return optIn === undefined || unit.optedIn?.includes(optIn) === true ? null : `read only where management opts in, with \`${optIn}: true\` in the target's scope`;
}

/** The sources that read a unit: those of its kind, none of which waits for one of another kind. */
export function sourcesOf(provider: Provider, unit: Unit): readonly AnySource[] {
  const others = new Set<string>();
  const own = provider.sources.filter(({ id, unitKind }) => {
    const reads = typeof unitKind === 'string' ? unitKind === unit.kind : unitKind.includes(unit.kind);
    if (!reads) others.add(id);
    return reads;
  });
  return own.map((source) => (source.after.some((id) => others.has(id)) ? { ...source, after: source.after.filter((id) => !others.has(id)) } : source));
}

/** A login that did not work: what was tried, and the remedy. */
export class ConnectError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectError';
    this.remedy = remedy;
  }
}

export type { Fact };
