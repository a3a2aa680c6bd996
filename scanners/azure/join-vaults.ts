// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { Fact } from '../../src/model/fact.ts';
import type { Instant } from '../../src/model/instant.ts';
import { countBelow, parsedRows, type Parsed } from '../../src/model/read-facts.ts';
import type { Credential } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { VAULT_CERTIFICATE, VAULT_KEY, VAULT_SECRET, vaultItem } from './join-resource-keys.ts';
import { vaultItemRowSchema, vaultKeys, vaults, vaultSecrets, type VaultItem, type vaultSchema } from './sources/arm/resources.ts';
import { heldCertificates, heldKeys, heldRowSchema, heldSecrets, type Held } from './sources/arm/vault-data.ts';

export interface JoinedVaults { readonly credentials: readonly Credential[]; readonly populations: { readonly [kind: string]: Fact<number> } }

/**
 * What vaults hold: one row an item, whether the control plane lists it, the vault itself, or both. The key and the secret that a vault makes
 * for a certificate have its name, and are told as the certificate. https://learn.microsoft.com/en-us/azure/key-vault/certificates/about-certificates
 * A count is known where both lists closed (that the control plane lists all is not documented) and that of certificates too, since what is left out hangs from it.
 */
export function joinVaults(related: Related, listed: readonly Parsed<z.output<typeof vaultSchema>>[], asOf: Instant): JoinedVaults {
  const unit = related.unit.id;
  const rows = (source: string, kind: string, part: string): Parsed<VaultItem>[] => parsedRows(related, source, kind, heldRowSchema).map((each) => asItem(each, part));
  const certificates = rows(heldCertificates.id, 'azure.held-certificate', 'certificates').map((each) => vaultItem(unit, VAULT_CERTIFICATE, each, asOf));
  const certified = new Set(certificates.map(({ id }) => id.toLowerCase()));
  const items = (kind: string, control: readonly Parsed<VaultItem>[], held: readonly Parsed<VaultItem>[]): readonly Credential[] =>
    merged(control, held).filter(({ value }) => !certified.has(`${value.parent}/certificates/${value.name}`.toLowerCase())).map((each) => vaultItem(unit, kind, each, asOf));
  const secrets = items(VAULT_SECRET, parsedRows(related, vaultSecrets.id, 'azure.vault-secret', vaultItemRowSchema), rows(heldSecrets.id, 'azure.held-secret', 'secrets'));
  const keys = items(VAULT_KEY, parsedRows(related, vaultKeys.id, 'azure.vault-key', vaultItemRowSchema), rows(heldKeys.id, 'azure.held-key', 'keys'));
  const ids = listed.map(({ value }) => value.id);
  const both = (control: string, held: string, count: number): Fact<number> => {
    const counted = countBelow(related, vaults.id, control, ids, count);
    const own = countBelow(related, vaults.id, held, ids, count);
    const behind = countBelow(related, vaults.id, heldCertificates.id, ids, count);
    return [counted, own, behind].find(({ status }) => status !== 'known') ?? own;
  };
  return {
    credentials: [...secrets, ...keys, ...certificates],
    populations: {
      [VAULT_SECRET]: both(vaultSecrets.id, heldSecrets.id, secrets.length), [VAULT_KEY]: both(vaultKeys.id, heldKeys.id, keys.length),
      [VAULT_CERTIFICATE]: countBelow(related, vaults.id, heldCertificates.id, ids, certificates.length),
    },
  };
}

/** An item of a vault's own list in the form of the control plane, by whose id it is known wherever it was read. */
function asItem({ value: { parent, name, attributes }, row }: Parsed<Held>, part: string): Parsed<VaultItem> {
  return { value: { id: `${parent}/${part}/${name}`, name, parent, properties: { attributes } }, row };
}

/** One item for each name in a vault; the vault's own word goes before that of the control plane, and both are referred to. */
function merged(control: readonly Parsed<VaultItem>[], held: readonly Parsed<VaultItem>[]): readonly Parsed<VaultItem>[] {
  const found = new Map(control.map((each) => [each.value.id.toLowerCase(), each]));
  for (const each of held) {
    const before = found.get(each.value.id.toLowerCase());
    // The id as it was first known: Azure writes it in capitals of its own.
    found.set(each.value.id.toLowerCase(), before === undefined ? each : { value: { ...each.value, id: before.value.id, name: before.value.name }, row: { ...each.row, refs: [...each.row.refs, ...before.row.refs] } });
  }
  return [...found.values()];
}
