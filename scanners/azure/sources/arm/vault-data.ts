// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource, type Operation } from '../../../../src/model/source.ts';
import { vaultRest } from '../../command.ts';
import { declared } from '../../operations.ts';
import { observe, SUBSCRIPTION } from '../../shapes.ts';
import { armEnd, armPage } from './list.ts';
import { attributes, vaults, vaultSchema } from './resources.ts';

const NEEDS_VAULT: Operation['probe'] = { untestable: 'needs the address of a key vault' };

/** An item of a vault: keys name themselves by `kid`, all else by `id`. No value and no part of a key is in such a list, nor would it be kept. */
const itemSchema = z.object({ id: z.string().optional(), kid: z.string().optional(), managed: z.boolean().nullish(), attributes });
type Item = z.output<typeof itemSchema>;
export const heldRowSchema = itemSchema.extend({ parent: z.string(), name: z.string() });
export type Held = z.output<typeof heldRowSchema>;

interface HeldIn { readonly id: string; readonly title: string; readonly operation: string; readonly kind: string; readonly blindSpots?: readonly string[] }

/** A list of a vault's own interface, below each vault of the subscription. */
function heldIn({ id, title, operation, kind, blindSpots = [] }: HeldIn): AnySource {
  return defineSource({
    id, title, unitKind: SUBSCRIPTION, lane: 'azure.vault', depth: 'standard', parent: vaults.id, blindSpots,
    operations: [declared(operation, NEEDS_VAULT, 'vault')],
    next: (row) => {
      if (row.type !== 'observation') return null;
      const { id: of, properties } = vaultSchema.parse(row.value);
      const vault = properties?.vaultUri;
      return vault === null || vault === undefined ? { parent: of, skip: 'parent_unread', reason: 'the list of vaults does not say at which address it answers' } : { parent: of, parameters: { vault } };
    },
    request: (seed, page) => ({ service: 'vault', operation, input: { ...seed.parameters, ...page } }),
    page: { schema: armPage(itemSchema.refine((item) => nameOf(item) !== '', 'an item without a name')), count: (body) => body.value.length, end: armEnd },
    rows: (body, context) => body.value.map((value, index) => observe(kind, `${kind}|${context.parent ?? ''}|${nameOf(value)}`, { ...value, parent: context.parent ?? '', name: nameOf(value) }, context, ['value', index])),
    command: (parameters) => vaultRest(operation, parameters),
  });
}

/** The name of an item, from `https://VAULT/secrets/NAME`. */
function nameOf({ id, kid }: Item): string {
  return (id ?? kid ?? '').split('/')[4] ?? '';
}

const VERSIONS = 'Of each secret, key and certificate in a vault its newest version is known. Older versions may still be switched on, and are not listed.';

export const heldSecrets = heldIn({ id: 'azure.vault.secrets', title: 'Secrets as the vault lists them, by name and dates', operation: 'ListSecrets', kind: 'azure.held-secret', blindSpots: [VERSIONS] });
export const heldKeys = heldIn({ id: 'azure.vault.keys', title: 'Keys as the vault lists them, by name and dates', operation: 'ListKeys', kind: 'azure.held-key' });
export const heldCertificates = heldIn({ id: 'azure.vault.certificates', title: 'Certificates as the vault lists them, by name and dates', operation: 'ListCertificates', kind: 'azure.held-certificate' });
/** Every read of a vault's own interface. */
export const VAULT_SOURCES = [heldSecrets, heldKeys, heldCertificates];
