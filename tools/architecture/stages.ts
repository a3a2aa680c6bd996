// SPDX-License-Identifier: Apache-2.0

/** A stage: which stages its files may import beside its own, and whether it is pure (no clock, environment, network, locale). */
export interface Stage { readonly folder: string; readonly imports: readonly string[]; readonly pure: boolean }

const FORMATS = ['src/model', 'src/bundle'];
const DERIVED = [...FORMATS, 'src/inventory', 'src/checks', 'src/evidence'];

/** The order in which data flows. A folder under `src` that stands in no line here is a finding: it has no place in the flow. */
export const STAGES: readonly Stage[] = [
  { folder: 'src/model', imports: [], pure: true },
  { folder: 'src/bundle', imports: ['src/model'], pure: true },
  { folder: 'mappings', imports: [], pure: true },
  { folder: 'scanners', imports: FORMATS, pure: true },
  { folder: 'src/scope', imports: FORMATS, pure: false },
  { folder: 'src/collect', imports: [...FORMATS, 'src/scope'], pure: false },
  { folder: 'src/inventory', imports: FORMATS, pure: true },
  { folder: 'src/checks', imports: [...FORMATS, 'src/inventory'], pure: true },
  { folder: 'src/evidence', imports: [...FORMATS, 'src/inventory', 'src/checks', 'mappings'], pure: true },
  { folder: 'src/report', imports: DERIVED, pure: true },
  { folder: 'src/pipeline', imports: [...DERIVED, 'src/report'], pure: true },
  { folder: 'src/derive', imports: [...DERIVED, 'src/report', 'src/pipeline'], pure: true },
  { folder: 'src/archive', imports: DERIVED, pure: false },
  { folder: 'src/period', imports: [...DERIVED, 'src/report'], pure: true },
  { folder: 'src/verify', imports: [...DERIVED, 'src/report', 'src/pipeline', 'src/derive', 'src/archive', 'src/period'], pure: true },
  { folder: 'src/cli', imports: [...DERIVED, 'scanners', 'src/scope', 'src/collect', 'src/report', 'src/pipeline', 'src/derive', 'src/archive', 'src/period', 'src/verify'], pure: false },
  { folder: 'fixtures', imports: [...FORMATS, 'src/inventory', 'src/checks', 'src/evidence', 'scanners'], pure: false },
];

/** A file that is not what its folder says, and why. */
export const EXCEPTIONS: readonly { readonly path: RegExp; readonly imports?: readonly string[]; readonly pure?: boolean; readonly builtins?: readonly string[]; readonly why: string }[] = [
  { path: /^scanners\/[^/]+\/client(\/[^/]+)?\.ts$/, pure: false, why: 'what of a scanner speaks to its provider: one file, and where that has more than one idea a folder beside it' },
  { path: /^src\/cli\/(commands\/demo(-period)?|play-(quarter|review))\.ts$/, imports: ['fixtures'], why: 'the demo scans the fixture company' },
  { path: /^src\/archive\/index(-[a-z]+)?\.ts$/, imports: ['src/period'], why: 'the index keeps what the history of a period is made from, and answers with that very function' },
  { path: /^src\/evidence\/(signer|append-log|log-lock|seal)\.ts$/, pure: false, why: 'sealing: reads a key, and holds the log while it appends' },
  { path: /^src\/pipeline\/scan\.ts$/, pure: false, imports: ['src/scope', 'src/collect', 'src/archive'], why: 'the whole run: it collects, then derives' },
  { path: /^src\/verify\/(pack\/)?re-derivation\.ts$/, builtins: ['node:os'], why: 'derives again into a folder of its own under the temporary one' },
  { path: /^src\/report\/fonts\.ts$/, builtins: ['node:module'], why: 'finds the faces of printed documents in their package, where the program is not built' },
  { path: /^src\/report\/html\/browser\/write-assets\.ts$/, pure: false, why: 'a build step: bundles the script of the report into assets.ts' },
];

/** The only files that may import an SDK as a value: a scanner's, and the one through which an archive in a bucket is kept. */
export const SDK_FILES = /^scanners\/[^/]+\/client(\/[^/]+)?\.ts$|^src\/archive\/bucket-client\.ts$/;
/** Files that may load a client, and only when a login or a bucket is asked for. */
export const CLIENT_LOADERS = /^scanners\/[^/]+\/index\.ts$|^src\/archive\/open-bucket\.ts$/;
export const SDK_PACKAGES = /^(@aws-sdk|@smithy|@aws-crypto|@azure|@azure-rest|@google-cloud|@googleapis|@kubernetes)\/|^(aws-sdk|googleapis|google-auth-library|google-gax)$/;

/** Parts of Node.js that a pure stage may use. Anything else (http, net, os, child_process, timers) is the world. */
export const PURE_BUILTINS: ReadonlySet<string> = new Set([
  'node:buffer', 'node:crypto', 'node:events', 'node:fs', 'node:fs/promises', 'node:path', 'node:readline', 'node:stream', 'node:stream/promises', 'node:url', 'node:util', 'node:zlib',
]);

/** Where `verify` starts; what it loads, however far, may hold no file that these name. */
export const OFFLINE = { entries: /^src\/(verify|derive|pipeline)\/(?!scan\.ts$)/, forbidden: /^src\/(collect|scope|cli|archive)\/|^src\/evidence\/(signer|append-log|log-lock|seal)\.ts$|^scanners\/[^/]+\/client(\/[^/]+)?\.ts$|^fixtures\// } as const;
