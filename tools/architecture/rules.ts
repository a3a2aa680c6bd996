// SPDX-License-Identifier: Apache-2.0
import { lineAt, isNode, walk, targetOf, type Module, type SyntaxNode } from './modules.ts';
import { CLIENT_LOADERS, EXCEPTIONS, OFFLINE, PURE_BUILTINS, SDK_FILES, SDK_PACKAGES, STAGES, type Stage } from './stages.ts';

export type Rule = 'stage' | 'order' | 'sdk' | 'client' | 'computed-import' | 'offline' | 'impure-import' | 'builtin' | 'clock' | 'randomness' | 'locale' | 'environment' | 'network' | 'unordered' | 'module-state' | 'licence-line';
export interface Finding { readonly rule: Rule; readonly path: string; readonly line: number; readonly message: string }

/** Findings over all modules of a tree, in the order of paths and lines. */
export function findings(modules: readonly Module[]): readonly Finding[] {
  const found: Finding[] = [];
  for (const module of modules) {
    const stage = stageOf(module.path);
    if (stage === undefined) {
      found.push({ rule: 'stage', path: module.path, line: 1, message: 'its folder stands in no line of STAGES, so it has no place in the flow; add it to tools/architecture/stages.ts' });
      continue;
    }
    found.push(...importFindings(module, stage), ...textFindings(module));
    if (pure(module.path, stage)) found.push(...purityFindings(module));
  }
  found.push(...offlineFindings(modules));
  const once = new Map(found.map((finding) => [`${finding.path}:${finding.line}:${finding.message}`, finding]));
  return [...once.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
}

function stageOf(path: string): Stage | undefined {
  return STAGES.find(({ folder }) => path.startsWith(`${folder}/`));
}

function pure(path: string, stage: Stage): boolean {
  return EXCEPTIONS.find((exception) => exception.path.test(path) && exception.pure !== undefined)?.pure ?? (stage.pure && !path.startsWith('src/report/html/browser/'));
}

function importFindings(module: Module, stage: Stage): Finding[] {
  const found: Finding[] = [];
  const isPure = pure(module.path, stage);
  const allowed = [stage.folder, ...stage.imports, ...EXCEPTIONS.flatMap((exception) => (exception.path.test(module.path) ? (exception.imports ?? []) : []))];
  for (const { specifier, type, dynamic, line } of module.imports) {
    const add = (rule: Rule, message: string): void => {
      found.push({ rule, path: module.path, line, message });
    };
    if (specifier === '(computed)') {
      add('computed-import', 'imports what only running it would show; name the module');
      continue;
    }
    const target = targetOf(module, specifier);
    if (target !== null) {
      const place = target === 'package.json' && module.path === 'src/cli/version.ts' ? stage : stageOf(target);
      if (place === undefined || !allowed.includes(place.folder)) add('order', `${stage.folder} may not import ${target}: imports follow the flow (tools/architecture/stages.ts), never back`);
      else if (SDK_FILES.test(target) && !type && !SDK_FILES.test(module.path) && !(dynamic && CLIENT_LOADERS.test(module.path))) add('client', `${target} loads an SDK: only its index.ts (for a bucket open-bucket.ts) loads it, with import(), when it is asked for`);
      else if (isPure && !type && !dynamic && !pure(target, place)) add('impure-import', `a pure file may not load ${target}, which reads the world`);
    } else if (SDK_PACKAGES.test(specifier)) {
      if (!type && !SDK_FILES.test(module.path)) add('sdk', `only scanners/<provider>/client.ts (or client/) and src/archive/bucket-client.ts import ${specifier}; elsewhere use import type`);
      if (type && !/^(scanners|fixtures)\//.test(module.path) && !SDK_FILES.test(module.path)) add('sdk', `${specifier} is known to scanners and fixtures only, not even its types elsewhere`);
    } else if (isPure && specifier.startsWith('node:') && !PURE_BUILTINS.has(specifier) && !EXCEPTIONS.some((exception) => exception.path.test(module.path) && exception.builtins?.includes(specifier))) {
      add('builtin', `a pure stage does not use ${specifier}`);
    }
  }
  return found;
}

/** Rules of every module: its licence line, and no state that outlives a call. */
function textFindings(module: Module): Finding[] {
  const found: Finding[] = [];
  const [first = '', second = ''] = module.text.split('\n', 2);
  if (!(first.startsWith('#!') ? second : first).startsWith('// SPDX-License-Identifier: Apache-2.0')) found.push({ rule: 'licence-line', path: module.path, line: 1, message: 'begins without // SPDX-License-Identifier: Apache-2.0' });
  const body = module.program['body'];
  for (const statement of Array.isArray(body) ? body : []) {
    const declaration: unknown = isNode(statement) && isNode(statement['declaration']) ? statement['declaration'] : statement;
    if (isNode(declaration) && declaration.type === 'VariableDeclaration' && declaration['kind'] !== 'const') {
      found.push({ rule: 'module-state', path: module.path, line: lineAt(module.text, declaration.start), message: 'a variable of the module outlives the call; pass it or return it' });
    }
  }
  return found;
}

const LOCAL_TIME = /^(get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|Year)$|^getTimezoneOffset$|^to(Date|Time)String$/;
const NETWORK = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);
const RANDOM = new Set(['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues', 'generateKeyPairSync']);
const LISTING = new Set(['readdir', 'readdirSync', 'opendir', 'opendirSync', 'glob', 'globSync']);

/** Rules of pure stages: whatever differs between two machines, two moments or two runs may not be read. */
function purityFindings(module: Module): Finding[] {
  const found: Finding[] = [];
  walk(module.program, (node, above) => {
    const add = (rule: Rule, message: string): void => {
      found.push({ rule, path: module.path, line: lineAt(module.text, node.start), message });
    };
    const name = node.type === 'MemberExpression' ? memberName(node) : null;
    if (name !== null) {
      const object = isNode(node['object']) ? identifierName(node['object']) : null;
      if ((object === 'Date' || object === 'performance') && name === 'now') add('clock', `${object}.now() reads a clock; take asOf: Instant`);
      if (object === 'Temporal' && name === 'Now') add('clock', 'Temporal.Now reads a clock; take asOf: Instant');
      if (object === 'Math' && name === 'random') add('randomness', 'Math.random() differs each run');
      if (name === 'localeCompare' || name.startsWith('toLocale')) add('locale', `${name} depends on the machine's locale; use byCodeUnit`);
      if (LOCAL_TIME.test(name)) add('locale', `${name} depends on the machine's time zone; use the UTC form`);
    }
    if (node.type === 'Identifier' && !isPropertyName(node, above)) {
      const word = identifierName(node);
      if (word === 'Intl') add('locale', 'Intl depends on the machine\'s locale data');
      if (word === 'process') add('environment', 'process is the world outside; pass what is needed');
      if (word !== null && NETWORK.has(word)) add('network', `${word} speaks to a network`);
      if (word !== null && RANDOM.has(word)) add('randomness', `${word} differs each run`);
    }
    const callee = (node.type === 'NewExpression' || node.type === 'CallExpression') && isNode(node['callee']) ? node['callee'] : null;
    if (callee === null) return;
    const called = identifierName(callee);
    if (called === 'Date' && (node.type === 'CallExpression' || (Array.isArray(node['arguments']) && node['arguments'].length === 0))) add('clock', 'Date without an argument reads a clock; take asOf: Instant');
    if ((called !== null && LISTING.has(called)) || LISTING.has(memberName(callee) ?? '')) {
      const around = above.findLast(({ type }) => /Function/.test(type)) ?? module.program;
      const end = around['end'];
      const text = module.text.slice(around.start, typeof end === 'number' ? end : undefined);
      if (!/\.(sort|toSorted)\(/.test(text)) add('unordered', 'a folder lists in the order of its disk; sort by code unit in the same function');
    }
  });
  return found;
}

/** Everything that verify and derivation load, followed to the end. */
function offlineFindings(modules: readonly Module[]): Finding[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const found: Finding[] = [];
  for (const entry of modules.filter(({ path }) => OFFLINE.entries.test(path))) {
    const queue = [entry];
    const seen = new Set([entry.path]);
    for (const module of queue) {
      for (const { specifier, type, line } of module.imports) {
        const target = type ? null : targetOf(module, specifier);
        if (target === null || seen.has(target)) continue;
        seen.add(target);
        if (OFFLINE.forbidden.test(target)) {
          // What a forbidden file loads is its own: the way to it is what is wrong.
          found.push({ rule: 'offline', path: module.path, line, message: `loads ${target}, and ${entry.path} loads this file: what derives and verifies must run with no network` });
          continue;
        }
        const next = byPath.get(target);
        if (next !== undefined) queue.push(next);
      }
    }
  }
  return found;
}

function identifierName(node: SyntaxNode): string | null {
  return node.type === 'Identifier' && typeof node['name'] === 'string' ? node['name'] : null;
}

function memberName(node: SyntaxNode): string | null {
  const property = node['property'];
  if (!isNode(property)) return null;
  if (node['computed'] !== true) return identifierName(property);
  return typeof property['value'] === 'string' ? property['value'] : null;
}

/** Whether an identifier only names a member (`x.process`, `{ process: 1 }`, a type's field), and so reads nothing. */
function isPropertyName(node: SyntaxNode, above: readonly SyntaxNode[]): boolean {
  const parent = above.at(-1);
  if (parent === undefined) return false;
  if (parent.type === 'MemberExpression') return parent['property'] === node && parent['computed'] !== true;
  if (parent.type === 'Property') return parent['key'] === node && parent['value'] !== node && parent['shorthand'] !== true;
  return parent.type.startsWith('TS') || parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition' ? parent['key'] === node || parent['id'] === node : false;
}
