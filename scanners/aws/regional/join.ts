// SPDX-License-Identifier: Apache-2.0
import { notApplicable, type Fact } from '../../../src/model/fact.ts';
import type { Credential, ObjectRow } from '../../../src/model/row.ts';
import type { JoinContext, Related, UnitInventory } from '../../../src/model/source.ts';
import { joinAcme } from './join-acme.ts';
import { joinBelow } from './join-below.ts';
import { joinCertificates } from './join-certificates.ts';
import { joinKeys } from './join-keys.ts';
import { joinKms } from './join-kms.ts';
import { joinPolicies } from './join-policies.ts';
import { joinSecrets } from './join-secrets.ts';
import { joinValues } from './join-values.ts';

/** What one part of a region's join gives: rows, and how many of each kind there are. */
export interface RegionalRows { readonly credentials: readonly Credential[]; readonly objects: readonly ObjectRow[]; readonly populations: { readonly [kind: string]: Fact<number> } }

/** Kinds that a check is held against and that are an account's, not a region's; and the other way round. Neither is missing in a unit of the other kind. */
const OF_ACCOUNTS = ['aws.access-key', 'aws.role', 'aws.role-trust', 'aws.root', 'aws.service-specific-credential', 'aws.signing-certificate', 'aws.ssh-public-key', 'aws.user'];
const OF_REGIONS = ['aws.kms-key', 'aws.kms-key-trust', 'aws.plain-value', 'aws.secret', 'aws.secret-trust', 'aws.ssm-secure-string'];

/** All rows of one region of an account: what is stored there. A read that failed leaves its facts unknown, with its cause; it never leaves them empty. */
export function joinRegion(related: Related, { asOf, ownUnits }: JoinContext): UnitInventory {
  const parts = [joinSecrets(related, asOf), joinKms(related, asOf), joinCertificates(related, asOf), joinAcme(related, asOf), joinKeys(related, asOf), joinBelow(related, asOf), joinValues(related)];
  const credentials = parts.flatMap((part) => part.credentials);
  const { trusts, populations } = joinPolicies(related, credentials, ownUnits);
  return {
    identityKinds: [], identities: [], credentials, grants: [], trusts, objects: parts.flatMap(({ objects }) => objects),
    populations: Object.assign(elsewhere(OF_ACCOUNTS, 'it is of the account, not of a region'), ...parts.map((part) => part.populations), populations),
    // No region has a principal: there is no count of them to hold against another.
    controlTotals: [],
    unplaced: [],
  };
}

/** Populations of the account for kinds that its regions have. */
export function ofRegions(): { readonly [kind: string]: Fact<number> } {
  return elsewhere(OF_REGIONS, 'it is of a region, each of which is a unit of its own');
}

function elsewhere(kinds: readonly string[], reason: string): { readonly [kind: string]: Fact<number> } {
  return Object.fromEntries(kinds.map((kind) => [kind, notApplicable(reason)]));
}
