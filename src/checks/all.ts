// SPDX-License-Identifier: Apache-2.0
import { awsAccessKeyAge } from './aws-access-key-age.ts';
import { awsAccessKeyTwoActive } from './aws-access-key-two-active.ts';
import { awsAccessKeyUnused } from './aws-access-key-unused.ts';
import { awsKmsKeyAge } from './aws-kms-key-age.ts';
import { awsNhiAdminPolicy } from './aws-nhi-admin-policy.ts';
import { awsOidcTrustBroad } from './aws-oidc-trust-broad.ts';
import { awsRoleExternalNoExternalId } from './aws-role-external-no-externalid.ts';
import { awsRoleTrustWildcard } from './aws-role-trust-wildcard.ts';
import { awsRoleUnused } from './aws-role-unused.ts';
import { awsRootAccessKey } from './aws-root-access-key.ts';
import { awsSecretInConfiguration } from './aws-secret-in-configuration.ts';
import { awsServiceCredentialNoExpiry } from './aws-service-credential-no-expiry.ts';
import { awsStoredSecretAge } from './aws-stored-secret-age.ts';
import { awsStoredSecretOpen } from './aws-stored-secret-open.ts';
import { awsStoredSecretUnused } from './aws-stored-secret-unused.ts';
import { awsUserConsoleAndKeys } from './aws-user-console-and-keys.ts';
import { awsUserOtherCredentialAge } from './aws-user-other-credential-age.ts';
import { azureAppCredentialLifetime } from './azure-app-credential-lifetime.ts';
import { azureAppCredentialUnused } from './azure-app-credential-unused.ts';
import { azureAppPasswordBesideFederation } from './azure-app-password-beside-federation.ts';
import { azureNhiAdministrator } from './azure-nhi-administrator.ts';
import { azureNhiUnused } from './azure-nhi-unused.ts';
import { azureResourceKeyAge } from './azure-resource-key-age.ts';
import { azureSpOwnCredential } from './azure-sp-own-credential.ts';
import { azureVaultItemNoExpiry } from './azure-vault-item-no-expiry.ts';
import type { Check } from './define.ts';
import { googleAccountUnused } from './google-account-unused.ts';
import { googleApiKeyUnrestricted } from './google-api-key-unrestricted.ts';
import { googleImpersonationOpen } from './google-impersonation-open.ts';
import { googleNhiAdministrator } from './google-nhi-administrator.ts';
import { googleOtherCredentialAge } from './google-other-credential-age.ts';
import { googleProviderUnconditioned } from './google-provider-unconditioned.ts';
import { googleUserKeyAge } from './google-user-key-age.ts';
import { googleUserKeyUnused } from './google-user-key-unused.ts';
import { k8sAutomountNotNeeded } from './k8s-automount-not-needed.ts';
import { k8sDefaultAccountInUse } from './k8s-default-account-in-use.ts';
import { k8sLegacyTokenExists } from './k8s-legacy-token-exists.ts';
import { k8sLegacyTokenUnused } from './k8s-legacy-token-unused.ts';
import { k8sProjectedTokenLong } from './k8s-projected-token-long.ts';
import { k8sSaClusterAdmin } from './k8s-sa-cluster-admin.ts';
import { k8sSaMintsOrImpersonates } from './k8s-sa-mints-or-impersonates.ts';
import { k8sSaOrphan } from './k8s-sa-orphan.ts';
import { k8sSaReadsSecrets } from './k8s-sa-reads-secrets.ts';
import { k8sSaShared } from './k8s-sa-shared.ts';
import { nhiOwnerMissing } from './nhi-owner-missing.ts';
import { nhiPurposeMissing } from './nhi-purpose-missing.ts';
import { nhiReviewOverdue } from './nhi-review-overdue.ts';

/** Every check, by id. A new one is a file, its case table and a line here. */
export const CHECKS: readonly Check[] = [
  awsAccessKeyAge, awsAccessKeyTwoActive, awsAccessKeyUnused, awsKmsKeyAge, awsNhiAdminPolicy, awsOidcTrustBroad, awsRoleExternalNoExternalId, awsRoleTrustWildcard, awsRoleUnused,
  awsRootAccessKey, awsSecretInConfiguration, awsServiceCredentialNoExpiry, awsStoredSecretAge, awsStoredSecretOpen, awsStoredSecretUnused, awsUserConsoleAndKeys, awsUserOtherCredentialAge,
  azureAppCredentialLifetime, azureAppCredentialUnused, azureAppPasswordBesideFederation, azureNhiAdministrator, azureNhiUnused, azureResourceKeyAge, azureSpOwnCredential, azureVaultItemNoExpiry,
  googleAccountUnused, googleApiKeyUnrestricted, googleImpersonationOpen, googleNhiAdministrator, googleOtherCredentialAge, googleProviderUnconditioned, googleUserKeyAge, googleUserKeyUnused,
  k8sAutomountNotNeeded, k8sDefaultAccountInUse, k8sLegacyTokenExists, k8sLegacyTokenUnused, k8sProjectedTokenLong, k8sSaClusterAdmin, k8sSaMintsOrImpersonates, k8sSaOrphan,
  k8sSaReadsSecrets, k8sSaShared, nhiOwnerMissing, nhiPurposeMissing, nhiReviewOverdue,
];
