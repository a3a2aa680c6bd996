// SPDX-License-Identifier: Apache-2.0

/**
 * Tenants in which Microsoft keeps its own applications: "Microsoft Services" and Microsoft's own company directory.
 * https://learn.microsoft.com/en-us/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
 */
const MICROSOFT: ReadonlySet<string> = new Set(['f8cdef31-a31e-4b4a-93e4-5f571e91255a', '72f988bf-86f1-41af-91ab-2d7cd011db47']);

/** Where the application behind a service principal lives: in this tenant, at Microsoft, at another company, or nowhere that Graph says. */
export type Home = 'own' | 'microsoft' | 'other' | 'not stated';

export function homeOf(tenant: string, owner: string | null | undefined): Home {
  if (owner === null || owner === undefined || owner === '') return 'not stated';
  const id = owner.toLowerCase();
  return id === tenant.toLowerCase() ? 'own' : MICROSOFT.has(id) ? 'microsoft' : 'other';
}
