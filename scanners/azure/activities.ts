// SPDX-License-Identifier: Apache-2.0
import type { LifecycleKind } from '../../src/model/lifecycle.ts';
import { AUTOMATION_CERTIFICATE, AUTOMATION_CREDENTIAL, COSMOS_KEY, LOCAL_USER, REGISTRY_ADMIN, REGISTRY_TOKEN, STORAGE_KEY, VAULT_KEY, VAULT_SECRET } from './join-resource-keys.ts';

/**
 * An operation of Azure's control plane that makes, replaces or removes a credential which the inventory has. `slot`: what stands after the resource's id in the key of the row; null where
 * the log does not say which of the resource's credentials it was, and absent where the resource is the credential.
 */
export interface ActivityOperation { readonly name: string; readonly kind: LifecycleKind; readonly subjectKind: string; readonly slot?: string | null }

const STORAGE = 'Microsoft.Storage/storageAccounts';
const REGISTRIES = 'Microsoft.ContainerRegistry/registries';
const AUTOMATION = 'Microsoft.Automation/automationAccounts';

/** https://learn.microsoft.com/en-us/azure/role-based-access-control/resource-provider-operations names each. A write makes or changes; which of the two, its answer tells. */
export const ACTIVITIES: readonly ActivityOperation[] = [
  { name: `${STORAGE}/regenerateKey/action`, kind: 'changed', subjectKind: STORAGE_KEY, slot: null },
  { name: `${STORAGE}/localUsers/write`, kind: 'changed', subjectKind: LOCAL_USER },
  { name: `${STORAGE}/localUsers/regeneratePassword/action`, kind: 'changed', subjectKind: LOCAL_USER },
  { name: `${STORAGE}/localUsers/delete`, kind: 'deleted', subjectKind: LOCAL_USER },
  { name: 'Microsoft.DocumentDB/databaseAccounts/regenerateKey/action', kind: 'changed', subjectKind: COSMOS_KEY, slot: null },
  { name: `${REGISTRIES}/regenerateCredential/action`, kind: 'changed', subjectKind: REGISTRY_ADMIN, slot: 'admin' },
  { name: `${REGISTRIES}/generateCredentials/action`, kind: 'created', subjectKind: REGISTRY_TOKEN, slot: null },
  { name: `${REGISTRIES}/tokens/delete`, kind: 'deleted', subjectKind: REGISTRY_TOKEN, slot: null },
  { name: `${AUTOMATION}/credentials/write`, kind: 'changed', subjectKind: AUTOMATION_CREDENTIAL },
  { name: `${AUTOMATION}/credentials/delete`, kind: 'deleted', subjectKind: AUTOMATION_CREDENTIAL },
  { name: `${AUTOMATION}/certificates/write`, kind: 'changed', subjectKind: AUTOMATION_CERTIFICATE },
  { name: `${AUTOMATION}/certificates/delete`, kind: 'deleted', subjectKind: AUTOMATION_CERTIFICATE },
  { name: 'Microsoft.KeyVault/vaults/secrets/write', kind: 'changed', subjectKind: VAULT_SECRET },
  { name: 'Microsoft.KeyVault/vaults/keys/write', kind: 'changed', subjectKind: VAULT_KEY },
];

/** The service that an operation is of, by which the log can be asked. */
export function providerOf({ name }: ActivityOperation): string {
  return name.slice(0, name.indexOf('/'));
}

export const ACTIVITY_PROVIDERS: readonly string[] = [...new Set(ACTIVITIES.map(providerOf))];
