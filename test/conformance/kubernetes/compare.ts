// SPDX-License-Identifier: Apache-2.0
// Seeds a real cluster and holds against it what the packed program lists with logins of different rights, what the API server's
// audit log says that it asked for, and the answers of the fixture server. Exit 1 for any difference. Argument: the program that build.sh makes.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { findSecrets, searchBytes } from '../../support/find-secrets.ts';
import { answerDifferences } from './answers.ts';
import { auditDifferences, eventsOf } from './audit.ts';
import { ask, startCluster, type Cluster } from './cluster.ts';
import { fullName, grantDifferences, listDifferences, secretDifferences, seededSchema, type SeededCluster } from './expected.ts';
import { inCluster } from './in-cluster.ts';
import { readPolicies, type Policy } from './permissions.ts';
import { rightDifferences } from './rights.ts';
import { programOf, readBundle, rollcall, scan, type Bundle, type Scanned, type Settings } from './scan.ts';
import { workloadDifferences } from './workloads.ts';

const [server] = process.argv.slice(2);
if (server === undefined) throw new Error('usage: node compare.ts PROGRAM, which build.sh makes');
const packed = programOf(process.env['ROLLCALL_BIN']);
const ACCOUNT = 'system:serviceaccount:audit:rollcall';
const LIST_SECRETS = 'rollcall-list-secrets';
// How every token of a service account begins, those that legacy Secrets hold among them.
const JWT = 'eyJhbGciOi';

interface Suite { readonly cluster: Cluster; readonly folder: string; readonly policies: readonly Policy[]; readonly seeded: SeededCluster; readonly token: string }

/** Applies the roles that the program prints as they are printed, and binds each login to its own. Gives the token of the service account that reads. */
async function bind(cluster: Cluster, policies: readonly Policy[]): Promise<string> {
  const kubectl = (...args: readonly string[]): Promise<string> => cluster.run('kubectl', args);
  await kubectl('create', 'namespace', 'audit');
  await kubectl('create', 'serviceaccount', 'rollcall', '--namespace', 'audit');
  await kubectl('create', 'secret', 'generic', 'of-the-namespace', '--namespace', 'audit', '--from-literal=password=rollcallcanary-of-the-namespace');
  for (const { name, kind, text } of policies) {
    await cluster.run('kubectl', ['apply', '--namespace', 'audit', '--filename', '-'], text);
    const users = name === LIST_SECRETS ? ['--user=careless'] : ['--user=no-secrets', '--user=careless'];
    if (kind === 'ClusterRole') await kubectl('create', 'clusterrolebinding', name, `--clusterrole=${name}`, '--serviceaccount=audit:rollcall', ...users);
    else await kubectl('create', 'rolebinding', name, '--namespace', 'audit', `--role=${name}`, '--user=one-namespace');
  }
  return (await kubectl('create', 'token', 'rollcall', '--namespace', 'audit', '--duration=1h')).trim();
}

async function seed(cluster: Cluster, folder: string): Promise<SeededCluster> {
  const out = join(folder, 'expected.json');
  await cluster.run('seed', ['--signing-key', cluster.signingKey, '--manifests', join(import.meta.dirname, 'manifests'), '--out', out]);
  return seededSchema.parse(JSON.parse(await readFile(out, 'utf8')));
}

async function scanAs(suite: Suite, name: string, token: string, settings: Settings = {}): Promise<Scanned> {
  return await scan(packed, join(suite.folder, `scan-${name}${settings.scope === undefined ? '' : '-within'}`), await suite.cluster.kubeconfig(name, token), name, settings);
}

/** What every scan must hold: its exit code, a bundle that verifies, and no value in anything that was written or said. */
async function common(suite: Suite, { code, out, err, folder, bundle }: Scanned, exit: number): Promise<readonly string[]> {
  const found: string[] = [];
  if (code !== exit) found.push(`exit ${code}, not ${exit}: ${err.slice(-2000)}`);
  const secrets = [suite.seeded.marker, JWT, ...Object.values(suite.cluster.tokens)];
  const said = searchBytes(Buffer.from(`${out}\n${err}`), secrets, 'what was said');
  found.push(...[...said, ...(await findSecrets(folder, secrets))].map(({ secret, file, form }) => `${file}: ${secret} stands in it (${form})`));
  if (bundle === null) return found;
  const verified = await rollcall(packed, folder, ['verify', bundle]);
  if (verified.code !== 0) found.push(`rollcall verify ended with ${verified.code}: ${verified.out.slice(-1000)}`);
  return found;
}

function bundleOf({ bundle, err }: Scanned): string {
  if (bundle === null) throw new Error(`no bundle was sealed: ${err.slice(-2000)}`);
  return bundle;
}

/** Control totals by name and state; `wanted` names the state of each. */
function totalDifferences({ coverage }: Bundle, wanted: { readonly [name: string]: { readonly state: string; readonly before: number | null } }): readonly string[] {
  return Object.entries(wanted).flatMap(([name, { state, before }]) => {
    const total = coverage.controlTotals.find((each) => each.name === name);
    return total?.state === state && total.before === before ? [] : [`control total ${name}: ${JSON.stringify(total ?? null)}, not ${state} at ${String(before)}`];
  });
}

/** The login of both printed roles, a service account: everything is listed as it is. */
async function everything(suite: Suite): Promise<readonly string[]> {
  const { cluster, seeded, policies } = suite;
  const scanned = await scanAs(suite, 'reader', suite.token);
  const found = [...(await common(suite, scanned, 0))];
  const bundle = await readBundle(bundleOf(scanned));
  const tokens = (seeded.resources['secrets'] ?? []).filter(({ detail }) => detail['type'] === 'kubernetes.io/service-account-token').length;
  const itself = bundle.rows.filter(({ self }) => self === true).map(({ address }) => address);
  if (itself.join() !== ACCOUNT) found.push(`the account that read is ${ACCOUNT}, listed as ${itself.join() || 'nobody'}`);
  found.push(
    ...bundle.coverage.gaps.map((gap) => `gap: ${gap.source} ${gap.operation} ended as ${gap.outcome}: ${gap.message ?? ''}`), ...accessDifferences(bundle, () => true), ...listDifferences(bundle, seeded, 'cluster'), ...secretDifferences(bundle, seeded), ...workloadDifferences(bundle, seeded), ...grantDifferences(bundle, seeded),
    ...totalDifferences(bundle, { Principals: { state: 'equal', before: (seeded.resources['serviceaccounts'] ?? []).length }, TokenSecrets: { state: 'equal', before: tokens } }),
    ...(await rightDifferences(cluster, bundle, seeded)),
  );
  const events = await eventsOf(cluster.auditLog, ACCOUNT);
  if (!events.some(({ objectRef }) => objectRef?.resource === 'secrets')) found.push('the audit log has no read of Secrets, so it shows nothing');
  found.push(...auditDifferences(events, policies, seeded.marker));
  return found;
}

/** The login without the Secrets part: all about Secrets is unknown, the rest as it is, and the exit code tells. */
async function withoutSecrets(suite: Suite): Promise<readonly string[]> {
  const { cluster, seeded, policies } = suite;
  const scanned = await scanAs(suite, 'no-secrets', cluster.tokens['no-secrets'] ?? '');
  const found = [...(await common(suite, scanned, 3))];
  const bundle = await readBundle(bundleOf(scanned));
  const gaps = new Set(bundle.coverage.gaps.map(({ source, outcome }) => `${source} ${outcome}`));
  const wanted = new Set(['kubernetes.secrets-table denied', 'kubernetes.token-secrets denied']);
  if (gaps.symmetricDifference(wanted).size > 0) found.push(`gaps: ${[...gaps].join(', ')}; wanted ${[...wanted].join(', ')}`);
  const counted = bundle.rows.flatMap(({ name, credentialCounts }) => Object.values(credentialCounts ?? {}).filter((count) => count.status !== 'unknown' || count.cause !== 'denied').map((count) => `${name}: ${JSON.stringify(count)} tokens, which nobody could read`));
  found.push(...counted, ...listDifferences(bundle, seeded, 'without secrets'), ...accessDifferences(bundle, ({ resource }) => resource !== 'secrets'), ...totalDifferences(bundle, { Principals: { state: 'equal', before: (seeded.resources['serviceaccounts'] ?? []).length }, TokenSecrets: { state: 'unavailable', before: null } }));
  return [...found, ...auditDifferences(await eventsOf(cluster.auditLog, 'no-secrets'), policies, seeded.marker)];
}

/** A login of one namespace cannot tell which cluster it reads and is told what to declare; with that declared it reads its namespace and no more. */
async function oneNamespace(suite: Suite): Promise<readonly string[]> {
  const { cluster, policies, seeded } = suite;
  const token = cluster.tokens['one-namespace'] ?? '';
  const undeclared = await scanAs(suite, 'one-namespace', token);
  const found = [...(await common(suite, undeclared, 2))];
  if (undeclared.bundle !== null || !undeclared.err.includes('scope.namespaces')) found.push(`a login of one namespace was not told what to declare: ${undeclared.err.slice(-500)}`);
  const uid = seeded.resources['namespaces']?.find(({ name }) => name === 'kube-system')?.uid ?? '';
  const scanned = await scanAs(suite, 'one-namespace', token, { scope: { clusters: [uid], namespaces: ['audit'] } });
  found.push(...(await common(suite, scanned, 0)));
  const bundle = await readBundle(bundleOf(scanned));
  const levels = new Set(bundle.rows.filter(({ kind }) => kind === 'kubernetes.service-account').map(({ privilege }) => privilege?.status));
  if ([...levels].join() !== 'unknown') found.push(`whether an account administers the cluster cannot be seen from one namespace, and is ${[...levels].join()}`);
  found.push(...bundle.coverage.gaps.map((gap) => `gap: ${gap.source} ${gap.operation} ended as ${gap.outcome}: ${gap.message ?? ''}`), ...listDifferences(bundle, seeded, { namespace: 'audit' }), ...accessDifferences(bundle, () => true));
  return [...found, ...auditDifferences(await eventsOf(cluster.auditLog, 'one-namespace'), policies, seeded.marker)];
}

const access = z.looseObject({ resource: z.string(), allowed: z.boolean() });

/** Rights that the login is said to have and has not, or the other way. */
function accessDifferences({ rows }: Bundle, has: (right: z.output<typeof access>) => boolean): readonly string[] {
  const rights = rows.filter(({ kind }) => kind === 'kubernetes.own-access').map(({ name, detail }) => ({ name, right: access.parse(detail) }));
  return [...(rights.length === 0 ? ['no right of the login was asked about'] : []), ...rights.filter(({ right }) => right.allowed !== has(right)).map(({ name, right }) => `${name}: said to be ${right.allowed ? 'allowed' : 'refused'}, and is not`)];
}

/** A scan from within, with what every pod has. */
async function inPod({ cluster, folder, seeded, token }: Suite): Promise<readonly string[]> {
  return await inCluster(packed, folder, cluster, token, (seeded.resources['serviceaccounts'] ?? []).map(fullName));
}

/** That the audit log shows a value that is read, so that finding none means something. */
async function careless({ cluster, policies, seeded }: Suite): Promise<readonly string[]> {
  const token = cluster.tokens['careless'] ?? '';
  const asked = [
    ['/api/v1/namespaces/harbor-00/secrets?limit=1', 'application/json'], ['/api/v1/namespaces/harbor-00/secrets?limit=1', 'application/json;as=Table;v=v1;g=meta.k8s.io'],
    ['/api/v1/namespaces/harbor-00/secrets?limit=1&includeObject=Object', 'application/json;as=Table;v=v1;g=meta.k8s.io'], ['/api/v1/namespaces?limit=1&resourceVersion=0', 'application/json'], ['/api/v1/pods?limit=1', 'application/json'],
  ] as const;
  for (const [path, accept] of asked) await ask(cluster, token, path, { accept });
  const seen = auditDifferences(await eventsOf(cluster.auditLog, 'careless'), policies, seeded.marker);
  // Until a source reads pods, their list is in no printed role; afterwards it is meant to be.
  const meant = policies.some(({ rules }) => rules.some(({ resources }) => resources.includes('pods')));
  return asked.filter(([path]) => !seen.some((text) => text.startsWith(`list ${path}: `)) && !(meant && path.startsWith('/api/v1/pods'))).map(([path]) => `the audit log does not show that ${path} was read`);
}

/** The fixture server of the tests, against this one. */
async function answers({ cluster, policies }: Suite): Promise<readonly string[]> {
  return await answerDifferences(cluster, policies);
}

const folder = await mkdtemp(join(tmpdir(), 'rollcall-kubernetes-'));
const started = performance.now();
const found: string[] = [];
const times: string[] = [];
async function timed<T>(what: string, run: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await run();
  times.push(`${what} ${((performance.now() - from) / 1000).toFixed(1)} s`);
  return result;
}

const cluster = await timed('start', () => startCluster(server, folder, ['no-secrets', 'one-namespace', 'careless'].map((user) => ({ user, groups: ['harbor:scanners'] }))));
try {
  const policies = await readPolicies(packed, folder);
  const token = await bind(cluster, policies);
  const suite: Suite = { cluster, folder, policies, token, seeded: await timed('seeding', () => seed(cluster, folder)) };
  for (const [name, part] of Object.entries({ everything, withoutSecrets, oneNamespace, inPod, careless, answers })) found.push(...(await timed(name, () => part(suite))).map((text) => `${name}: ${text}`));
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
for (const text of found.slice(0, 100)) console.log(text);
if (found.length > 100) console.log(`and ${found.length - 100} more`);
console.log(`kubernetes: ${times.join(', ')}; ${found.length} differences in ${((performance.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = found.length === 0 ? 0 : 1;
