// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { azureId } from '../../fixtures/company/azure/objects.ts';
import { principalId } from '../../fixtures/company/azure/principals.ts';
import { CLUSTER, OLD_SUBSCRIPTION, SHOP_SUBSCRIPTION } from '../../fixtures/company/azure/resources.ts';
import { AZURE_READER, AZURE_TENANT, harborTenant, readerLogin } from '../../fixtures/company/azure/tenant.ts';
import { GUEST, YARD_READER, YARD_STORAGE, YARD_SUBSCRIPTION, YARD_TENANT, YARD_VENDOR, yardLogin, yardTenant } from '../../fixtures/company/azure/yard.ts';
import { startGraphServer, type GraphServer } from '../../fixtures/servers/graph.ts';
import { loginCertificate } from '../../fixtures/servers/kubernetes-tls.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { readJsonLines } from '../../src/bundle/jsonl.ts';
import { runSchema } from '../../src/bundle/records.ts';
import { instantOf } from '../../src/model/instant.ts';
import { jsonSchema } from '../../src/model/json.ts';
import { machine, onlyRun, rollcall, type Ended } from './child.ts';

const HARBOR = `azure:${AZURE_TENANT}`;
const YARD = `azure:${YARD_TENANT}`;
const OF_HARBOR = [HARBOR, `${HARBOR}/${SHOP_SUBSCRIPTION}`, `${HARBOR}/${OLD_SUBSCRIPTION}`];
const OF_YARD = [YARD, `${YARD}/${YARD_SUBSCRIPTION}`];
const here = machine();
let servers: { readonly harbor: GraphServer; readonly yard: GraphServer };
/** Paths: what the child trusts, each tenant's certificate, and one that neither knows. */
let files: { readonly ca: string; readonly harbor: string; readonly yard: string; readonly stranger: string };

beforeAll(async () => {
  const now = instantOf(Date.now());
  const [harbor, yard, stranger] = ['rollcall-reader', 'yard-reader', 'stranger'].map(loginCertificate);
  if (harbor === undefined || yard === undefined || stranger === undefined) throw new Error('a certificate for each');
  servers = {
    harbor: await startGraphServer({ tenant: harborTenant(now, [readerLogin({ certificatePem: harbor.certificate })]), now }),
    yard: await startGraphServer({ tenant: yardTenant(now, AZURE_TENANT, [yardLogin({ certificatePem: yard.certificate })]), now, pageSize: 2 }),
  };
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(here().root, name);
    await writeFile(path, text);
    return path;
  };
  files = {
    ca: await write('ca.pem', `${servers.harbor.caPem}${servers.yard.caPem}`), harbor: await write('harbor.pem', `${harbor.key}${harbor.certificate}`), yard: await write('yard.pem', `${yard.key}${yard.certificate}`),
    stranger: await write('stranger.pem', `${stranger.key}${stranger.certificate}`),
  };
});
afterAll(async () => { await Promise.all([servers.harbor.close(), servers.yard.close()]); });

const target = (name: string, server: GraphServer, tenant: string, clientId: string, certificateFile: string): object =>
  ({ name, provider: 'azure', auth: { clientCertificate: { clientId, certificateFile }, endpoints: { authority: server.url, graph: server.url, vault: server.vaultUrl } }, scope: { tenants: [tenant] } });

/** A scan of both tenants in a new folder; `logins` puts another certificate in the place of a tenant's own. */
async function scan(name: string, logins: { readonly harbor?: string; readonly yard?: string } = {}): Promise<Ended & { readonly bundle: string }> {
  const folder = await here().folder(name);
  const fast = { rate: 1000, burst: 1000 };
  await writeFile(join(folder, 'rollcall.yaml'), stringify({
    version: 1, limits: { 'azure.graph': fast, 'azure.graph.key-credentials': fast, 'azure.graph.reports': fast, 'azure.resource-graph': fast },
    targets: [target('harbor', servers.harbor, AZURE_TENANT, AZURE_READER.appId, logins.harbor ?? files.harbor), target('yard', servers.yard, YARD_TENANT, YARD_READER.appId, logins.yard ?? files.yard)],
    // AKS lists it, and these tests have no cluster.
    exclude: [{ unit: `kubernetes:${CLUSTER}`, reason: 'run by a team of its own', approver: 'dana@northwind-harbor.test', expires: '2099-12-31' }],
  }));
  const ended = await rollcall(['scan', '--json'], { cwd: folder, env: { ...here().environment(), NODE_EXTRA_CA_CERTS: files.ca } });
  return { ...ended, bundle: await onlyRun(join(folder, 'evidence')) };
}

const outcomeSchema = z.object({
  gaps: z.array(z.json()), gapInScope: z.boolean(), controlTotals: z.array(z.object({ unit: z.string(), name: z.string(), state: z.string() })),
  units: z.array(z.object({ unit: z.string(), outcome: z.string(), reason: z.string().nullish() })),
});
const outcomeOf = ({ stdout }: Ended): z.output<typeof outcomeSchema> => outcomeSchema.parse(JSON.parse(stdout));
const outcomes = (ended: Ended): readonly (readonly [unit: string, outcome: string])[] => outcomeOf(ended).units.filter(({ unit }) => unit.startsWith('azure:')).map(({ unit, outcome }) => [unit, outcome] as const);

async function linesOf<T>(bundle: string, file: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const line of readJsonLines(join(bundle, file), schema)) found.push(line);
  return found;
}
const rowSchema = z.looseObject({ key: z.string(), id: z.string().default(''), unit: z.string(), refs: z.array(z.string()).default([]), identity: z.string().nullish() });
type Row = z.output<typeof rowSchema>;
const ROWS = [BUNDLE.identities, BUNDLE.credentials, BUNDLE.grants, BUNDLE.trusts, BUNDLE.objects, BUNDLE.events];
const rowsOf = async (bundle: string): Promise<readonly Row[]> => (await Promise.all(ROWS.map((file) => linesOf(bundle, file, rowSchema)))).flat();
const identityOf = (rows: readonly Row[], unit: string, id: string): Row | undefined => rows.find((row) => row.unit === unit && row.id === id && row['type'] === 'identity');

describe('two tenants of one company, each by its own login', () => {
  test('one run: an outcome each for both tenants and every subscription, totals that tie, and no row of one that is of the other', async () => {
    const ended = await scan('both');
    expect(ended.stderr).toContain(`harbor: rollcall-reader (application ${AZURE_READER.appId}, object ${AZURE_READER.objectId}) answered at ${servers.harbor.url}`);
    expect(ended.stderr).toContain(`yard: yard-reader (application ${YARD_READER.appId}, object ${YARD_READER.objectId}) answered at ${servers.yard.url}`);
    expect(ended.code).toBe(0);
    expect(outcomes(ended)).toEqual([...OF_HARBOR, ...OF_YARD].map((unit) => [unit, 'scanned']));
    const { gaps, controlTotals } = outcomeOf(ended);
    expect(gaps).toEqual([]);
    for (const unit of [HARBOR, YARD]) expect(controlTotals.filter((total) => total.unit === unit).map(({ name, state }) => `${name}: ${state}`)).toEqual(expect.arrayContaining(['Principals: equal', 'Application registrations: equal', 'Service principals: equal', 'Roles on Azure resources: equal']));
    expect(new Set(controlTotals.map(({ state }) => state))).toEqual(new Set(['equal']));
    expect((await rollcall(['verify', ended.bundle], { cwd: here().root, env: here().environment() })).code).toBe(0);
    const rows = await rowsOf(ended.bundle);
    expect(new Set(rows.map(({ unit }) => unit))).toEqual(new Set([...OF_HARBOR, ...OF_YARD]));
    for (const { key, unit, refs, identity } of rows) {
      const [own, other] = unit.startsWith(HARBOR) ? [HARBOR, YARD_TENANT] : [YARD, AZURE_TENANT];
      expect(key.startsWith(`${unit}/`), key).toBe(true);
      expect(refs.filter((reference) => reference.includes(other)), key).toEqual([]);
      if (identity !== null && identity !== undefined) expect(identity.startsWith(`${own}/`), `${key} of ${identity}`).toBe(true);
    }
    // Neither login was tried on the other tenant.
    for (const [server, reader] of [[servers.harbor, AZURE_READER], [servers.yard, YARD_READER]] as const) expect(new Set(server.requests.flatMap(({ appId }) => (appId === null ? [] : [appId])))).toEqual(new Set([reader.appId]));
    const verdicts = await linesOf(ended.bundle, BUNDLE.verdicts, jsonSchema);
    const notMet = (check: string, subject: string): unknown => verdicts.find((verdict) => z.looseObject({ check: z.literal(check), subject: z.literal(subject) }).safeParse(verdict).success);
    expect(notMet('azure-app-credential-lifetime', `${YARD}/${azureId('application', 'crane-control')}|password|${azureId('credential', 'crane-two-years')}`)).toMatchObject({ result: 'not_met' });
    expect(notMet('azure-resource-key-age', `${YARD}/${YARD_SUBSCRIPTION}/${YARD_STORAGE}|key2`)).toMatchObject({ result: 'not_met' });
  });

  test('an application of the first tenant that is a guest in the second is another tenant of ours there, and a vendor is another company in both', async () => {
    const { bundle } = await scan('guest');
    const rows = await rowsOf(bundle);
    const guest = identityOf(rows, YARD, GUEST);
    expect(guest).toMatchObject({ name: 'partner-gateway', responsibility: 'entity', classification: { rule: 'a service principal of an application of another tenant of ours' }, particulars: { 'azure.principal': { value: { home: 'ours', homeTenant: AZURE_TENANT } } } });
    // Two rows, one application.
    expect(identityOf(rows, HARBOR, principalId('partner-gateway'))).toMatchObject({ address: guest?.['address'], particulars: { 'azure.principal': { value: { home: 'own' } } } });
    for (const [unit, id] of [[HARBOR, principalId('beacon-monitoring')], [YARD, YARD_VENDOR]] as const) expect(identityOf(rows, unit, id)).toMatchObject({ classification: { rule: 'a service principal of an application of another company' }, particulars: { 'azure.principal': { value: { home: 'other' } } } });
  });

  test.each([
    ['harbor', [[HARBOR, 'unreachable'], ...OF_YARD.map((unit) => [unit, 'scanned'])]], ['yard', [...OF_HARBOR.map((unit) => [unit, 'scanned']), [YARD, 'unreachable']]],
  ] as const)('where the login of %s is refused the other tenant is read whole, and the scan ends with 3 and says why', async (refused, expected) => {
    const ended = await scan(`refused-${refused}`, { [refused]: files.stranger });
    expect(ended.code).toBe(3);
    expect(outcomes(ended)).toEqual(expected);
    const { gapInScope, units, controlTotals } = outcomeOf(ended);
    expect(gapInScope).toBe(true);
    expect(runSchema.parse(JSON.parse(await readFile(join(ended.bundle, BUNDLE.run), 'utf8'))).failedLogins).toMatchObject([{ target: refused, message: expect.stringContaining('AADSTS700027') as string }]);
    expect(units.find(({ outcome }) => outcome === 'unreachable')?.reason).toContain(`the login of ${refused} did not answer`);
    expect(new Set(controlTotals.map(({ unit, state }) => `${unit} ${state}`))).toEqual(new Set([`${refused === 'yard' ? HARBOR : YARD} equal`]));
    const rows = await rowsOf(ended.bundle);
    expect(rows.filter(({ unit }) => unit.startsWith(refused === 'yard' ? YARD : HARBOR))).toEqual([]);
    // Whose a guest is does not hang on whether its home could be read.
    if (refused === 'harbor') expect(identityOf(rows, YARD, GUEST)).toMatchObject({ particulars: { 'azure.principal': { value: { home: 'ours' } } } });
  });
});
