// SPDX-License-Identifier: Apache-2.0
import { both, check, nothing, type Dependence, type Test } from '../dependence.ts';

const ofSecrets: Test = ({ subject, subjectKind }) => subjectKind === 'aws.secret' || subject.includes(':secret:');
const ofParameters: Test = ({ subjectKind }) => subjectKind === 'aws.ssm-secure-string';

/** Written from the references of the services' APIs. */
export const DEPENDENCE: { readonly [operation: string]: Dependence } = {
  ListSecrets: { decided: both(check('aws-stored-secret-age', 'aws-stored-secret-unused'), ofSecrets), elsewhere: nothing, kinds: ['aws.secret', 'aws.secret-replica'] },
  DescribeParameters: { decided: both(check('aws-stored-secret-age'), ofParameters), elsewhere: nothing, kinds: ['aws.ssm-secure-string'] },
  ListKeys: { decided: check('aws-kms-key-age'), elsewhere: nothing, kinds: ['aws.kms-key'] },
  // Names only; without those of AWS, its keys are asked for like all others.
  ListAliases: { decided: nothing, elsewhere: check('aws-kms-key-age'), joins: nothing, kinds: [] },
  DescribeKey: { decided: check('aws-kms-key-age'), elsewhere: nothing, kinds: [] },
  // Whether a key rotates is told beside the age of its material.
  GetKeyRotationStatus: { decided: nothing, elsewhere: nothing, kinds: [] },
  ListKeyRotations: { decided: both(check('aws-kms-key-age'), ({ subject }) => /\/0000000[12]-/.test(subject)), elsewhere: nothing, kinds: [] },
  // No check of this version is held against these.
  ListCertificates: { decided: nothing, elsewhere: nothing, kinds: ['aws.acm-certificate'] },
  ListCertificateAuthorities: { decided: nothing, elsewhere: nothing, kinds: ['aws.acm-pca-authority'] },
};
