// SPDX-License-Identifier: Apache-2.0

/**
 * Tenants in which Microsoft keeps its own applications: "Microsoft Services" and Microsoft's own company directory.
 * https://learn.microsoft.com/en-us/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
 */
const MICROSOFT: ReadonlySet<string> = new Set(['f8cdef31-a31e-4b4a-93e4-5f571e91255a', '72f988bf-86f1-41af-91ab-2d7cd011db47']);

/** Where the application behind a service principal lives: in this tenant, in another one of ours, at Microsoft, at another company, or nowhere that Graph says. */
export type Home = 'own' | 'ours' | 'microsoft' | 'other' | 'not stated';

/**
 * The home of an application, by the tenant that Graph names as its owner. `ownUnits`: units that management declared, so that a guest from
 * one of them is no stranger. https://learn.microsoft.com/en-us/entra/identity-platform/app-objects-and-service-principals
 */
export function homeOf(tenant: string, owner: string | null | undefined, ownUnits: ReadonlySet<string> = new Set()): Home {
  if (owner === null || owner === undefined || owner === '') return 'not stated';
  const id = owner.toLowerCase();
  if (id === tenant.toLowerCase()) return 'own';
  return MICROSOFT.has(id) ? 'microsoft' : ownUnits.has(`azure:${id}`) ? 'ours' : 'other';
}
