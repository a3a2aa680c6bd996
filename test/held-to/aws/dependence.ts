// SPDX-License-Identifier: Apache-2.0
import { uniqueId } from '../../../fixtures/company/aws/ids.ts';
import { both, check, either, not, nothing, type Dependence, type Subject } from '../dependence.ts';

const isRoot = (subject: Subject): boolean => subject.subject.includes('|root');
const notRoot = not(isRoot);
const NHI = ['nhi-owner-missing', 'nhi-purpose-missing', 'nhi-review-overdue', 'aws-nhi-admin-policy'] as const;
/** Users who hold no access key, as the credential report itself shows: their keys are not asked for. */
const KEYLESS = ['bedrock-notebook', 'git-mirror', 'git-release', 'keyspaces-app', 'legacy-soap', 'mara.okafor', 'placeholder'].map((name) => uniqueId('AIDA', name));
const keyless = ({ subject }: Subject): boolean => KEYLESS.some((id) => subject.endsWith(`/${id}`));
/** Where a list of credentials decides whether a user is a person or a program. */
const newcomers = both(check(...NHI), ({ subjectKind }) => subjectKind === 'aws.user');

/** Written from the reference of the IAM and STS APIs. */
export const DEPENDENCE: { readonly [operation: string]: Dependence } = {
  // Says who asks. No verdict turns on that.
  GetCallerIdentity: { decided: nothing, elsewhere: nothing },
  // The account's own counts. That root has no key needs them; that it has one, the report shows as well.
  GetAccountSummary: { decided: nothing, elsewhere: both(isRoot, check('aws-root-access-key')) },
  ListAccountAliases: { decided: nothing, elsewhere: nothing },
  // Users, roles, groups and policies. Root and its keys stand in the report; what is not listed by user is keyed by its own id.
  GetAccountAuthorizationDetails: { decided: notRoot, elsewhere: nothing },
  // The report can be read only once it was made.
  GenerateCredentialReport: report(),
  GetCredentialReport: report(),
  // Ids, ages and statuses of keys, but root's. The report's slots still tell that a key is there, by another id, and bound its age from below.
  ListAccessKeys: { decided: both(notRoot, (subject) => !keyless(subject), check('aws-access-key-age', 'aws-access-key-unused', 'aws-access-key-two-active', 'aws-user-console-and-keys')), elsewhere: nothing, joins: ({ check: id, subject }) => id === 'aws-access-key-age' && /\|slot[12]$/.test(subject) },
  // Last use of a key that the report cannot be tied to. Where it can, the report tells.
  GetAccessKeyLastUsed: { decided: nothing, elsewhere: both(notRoot, check('aws-access-key-unused')) },
  ListServiceSpecificCredentials: { decided: check('aws-service-credential-no-expiry'), elsewhere: nothing, joins: newcomers },
  ListSSHPublicKeys: { decided: both(check('aws-user-other-credential-age'), ({ subject, subjectKind }) => subject.includes('/APKA') || subjectKind === 'aws.user'), elsewhere: both(check('aws-user-other-credential-age'), ({ subjectKind }) => subjectKind === 'aws.ssh-public-key'), joins: newcomers },
  ListSigningCertificates: { decided: both(check('aws-user-other-credential-age'), ({ subject }) => subject.includes('/ASCA')), elsewhere: both(check('aws-user-other-credential-age'), ({ subjectKind }) => subjectKind === 'aws.user'), joins: newcomers },
  // None of the checks of this version is held against these.
  ListServerCertificates: { decided: nothing, elsewhere: nothing },
  ListOpenIDConnectProviders: { decided: nothing, elsewhere: nothing },
  GetOpenIDConnectProvider: { decided: nothing, elsewhere: nothing },
  ListSAMLProviders: { decided: nothing, elsewhere: nothing },
  ListInstanceProfiles: { decided: nothing, elsewhere: nothing },
  // What another company asked for. No check of this version is held against it.
  ListDelegationRequests: { decided: nothing, elsewhere: nothing },
  // Whether tokens for services outside AWS are given. No check of this version is held against it.
  GetOutboundWebIdentityFederationInfo: { decided: nothing, elsewhere: nothing },
  // Which regions are on. What is in them is of units of their own.
  ListRegions: { decided: nothing, elsewhere: nothing },
  // What happened, beside what is there. No verdict turns on it.
  LookupEvents: { decided: nothing, elsewhere: nothing },
};

function report(): Dependence {
  return {
    // Passwords, and everything of root: nothing else has them.
    decided: either(check('aws-user-console-and-keys'), both(isRoot, check('aws-root-access-key', 'aws-access-key-age', 'aws-access-key-unused'))),
    // Root itself is then known from the account's counts; keys are listed for every user, and their last use asked for one by one;
    // certificates are asked for of everybody.
    elsewhere: either(both(isRoot, check(...NHI)), check('aws-access-key-unused', 'aws-access-key-two-active'), both(check('aws-user-other-credential-age'), ({ subjectKind }) => subjectKind !== 'aws.ssh-public-key')),
    joins: newcomers,
  };
}
