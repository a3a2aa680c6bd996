// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { LifecycleKind } from '../../src/model/lifecycle.ts';

/** One operation of IAM as CloudTrail names it: what it makes of which kind of row. */
export interface LifecycleOperation {
  readonly name: string;
  readonly kind: LifecycleKind;
  readonly subjectKind: string;
  readonly subjectType: 'identity' | 'credential';
  readonly subject: Subject;
  /** Whether the event gives the subject's id: what IAM deletes by name, it tells by name alone. */
  readonly subjects: 'id' | 'name';
}

/** Which members name the subject: in the response where the operation made it, else in the request. */
type Subject = 'user' | 'role' | 'accessKey' | 'sshPublicKey' | 'serviceSpecificCredential' | 'signingCertificate' | 'serverCertificate';

/**
 * The operations that make, end or switch what the inventory has rows of. Each costs one request a scan, at one a second, so what has no
 * row is left out: passwords (CreateLoginProfile), groups, policies and providers; UpdateUser, which only renames. A service-linked role
 * ends by DeleteServiceLinkedRole, which starts a task and does not say whether the role went: the source tells that as a blind spot.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export const LIFECYCLE_OPERATIONS: readonly LifecycleOperation[] = [
  { name: 'CreateUser', kind: 'created', subjectKind: 'aws.user', subjectType: 'identity', subject: 'user', subjects: 'id' },
  { name: 'DeleteUser', kind: 'deleted', subjectKind: 'aws.user', subjectType: 'identity', subject: 'user', subjects: 'name' },
  { name: 'CreateRole', kind: 'created', subjectKind: 'aws.role', subjectType: 'identity', subject: 'role', subjects: 'id' },
  { name: 'CreateServiceLinkedRole', kind: 'created', subjectKind: 'aws.role', subjectType: 'identity', subject: 'role', subjects: 'id' },
  { name: 'DeleteRole', kind: 'deleted', subjectKind: 'aws.role', subjectType: 'identity', subject: 'role', subjects: 'name' },
  ...credential('aws.access-key', 'accessKey', { Create: 'created', Update: 'changed', Delete: 'deleted' }, 'AccessKey'),
  ...credential('aws.ssh-public-key', 'sshPublicKey', { Upload: 'created', Update: 'changed', Delete: 'deleted' }, 'SSHPublicKey'),
  // A reset gives the credential of the same id another password.
  ...credential('aws.service-specific-credential', 'serviceSpecificCredential', { Create: 'created', Update: 'changed', Reset: 'changed', Delete: 'deleted' }, 'ServiceSpecificCredential'),
  ...credential('aws.signing-certificate', 'signingCertificate', { Upload: 'created', Update: 'changed', Delete: 'deleted' }, 'SigningCertificate'),
  // UpdateServerCertificate only renames.
  ...credential('aws.server-certificate', 'serverCertificate', { Upload: 'created', Delete: 'deleted' }, 'ServerCertificate'),
];

function credential(subjectKind: string, subject: Subject, verbs: { readonly [verb: string]: LifecycleKind }, noun: string): readonly LifecycleOperation[] {
  return Object.entries(verbs).map(([verb, kind]) => ({ name: `${verb}${noun}`, kind, subjectKind, subjectType: 'credential', subject, subjects: subject === 'serverCertificate' && kind === 'deleted' ? 'name' : 'id' }));
}

const text = z.string().nullish();
/** What is kept of an event's user: who acted. Sessions' tokens, addresses and agents are not. */
const userIdentity = z.object({ type: text, principalId: text, arn: text, userName: text, invokedBy: text });

/**
 * What is kept of an event. Names of members as CloudTrail writes those of IAM: the first letter small.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export const eventSchema = z.object({
  eventID: z.string().min(1),
  eventTime: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  errorCode: text,
  userIdentity: userIdentity.nullish(),
  requestParameters: z.object({
    userName: text, roleName: text, status: text, accessKeyId: text, sSHPublicKeyId: text, serviceSpecificCredentialId: text, certificateId: text, serverCertificateName: text,
  }).nullish(),
  responseElements: z.object({
    user: z.object({ userId: text, userName: text }).nullish(),
    role: z.object({ roleId: text, roleName: text }).nullish(),
    accessKey: z.object({ accessKeyId: text, userName: text, status: text }).nullish(),
    sSHPublicKey: z.object({ sSHPublicKeyId: text, userName: text }).nullish(),
    serviceSpecificCredential: z.object({ serviceSpecificCredentialId: text, userName: text }).nullish(),
    certificate: z.object({ certificateId: text, userName: text }).nullish(),
    serverCertificateMetadata: z.object({ serverCertificateId: text, serverCertificateName: text }).nullish(),
  }).nullish(),
});
export type TrailEvent = z.output<typeof eventSchema>;

/** The id and the name of what an event is about, each null where it does not say; of a credential, the name is its holder's. */
export function subjectOf({ subject }: LifecycleOperation, { requestParameters: asked, responseElements: answered }: TrailEvent): { readonly id: string | null; readonly name: string | null } {
  switch (subject) {
    case 'user': return { id: answered?.user?.userId ?? null, name: answered?.user?.userName ?? asked?.userName ?? null };
    case 'role': return { id: answered?.role?.roleId ?? null, name: answered?.role?.roleName ?? asked?.roleName ?? null };
    case 'accessKey': return { id: answered?.accessKey?.accessKeyId ?? asked?.accessKeyId ?? null, name: answered?.accessKey?.userName ?? asked?.userName ?? null };
    case 'sshPublicKey': return { id: answered?.sSHPublicKey?.sSHPublicKeyId ?? asked?.sSHPublicKeyId ?? null, name: answered?.sSHPublicKey?.userName ?? asked?.userName ?? null };
    case 'serviceSpecificCredential': return { id: answered?.serviceSpecificCredential?.serviceSpecificCredentialId ?? asked?.serviceSpecificCredentialId ?? null, name: answered?.serviceSpecificCredential?.userName ?? asked?.userName ?? null };
    case 'signingCertificate': return { id: answered?.certificate?.certificateId ?? asked?.certificateId ?? null, name: answered?.certificate?.userName ?? asked?.userName ?? null };
    case 'serverCertificate': return { id: answered?.serverCertificateMetadata?.serverCertificateId ?? null, name: answered?.serverCertificateMetadata?.serverCertificateName ?? asked?.serverCertificateName ?? null };
  }
}
