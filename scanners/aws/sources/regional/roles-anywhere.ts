// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { AnySource } from '../../../../src/model/source.ts';
import { page, regionalList } from './list.ts';

const common = { enabled: z.boolean().optional(), createdAt: z.string().optional() };
export const anchorSchema = z.object({ trustAnchorId: z.string(), trustAnchorArn: z.string(), name: z.string().optional(), source: z.object({ sourceType: z.string().optional() }).optional(), ...common });
export const profileSchema = z.object({ profileId: z.string(), profileArn: z.string(), name: z.string().optional(), roleArns: z.array(z.string()).optional(), durationSeconds: z.number().optional(), ...common });
export const subjectSchema = z.object({ subjectId: z.string(), subjectArn: z.string(), x509Subject: z.string().optional(), lastSeenAt: z.string().optional(), ...common });

/** Authorities whose certificates let workloads outside AWS in. */
export const trustAnchors = ofRolesAnywhere('trust-anchors', 'Trust anchors of IAM Roles Anywhere', 'ListTrustAnchors', 'trustAnchors', anchorSchema, 'aws.rolesanywhere-trust-anchor', ({ trustAnchorId }) => trustAnchorId);

/** Which roles they may enter. */
export const profiles = ofRolesAnywhere('profiles', 'Profiles of IAM Roles Anywhere', 'ListProfiles', 'profiles', profileSchema, 'aws.rolesanywhere-profile', ({ profileId }) => profileId);

/** Certificates that came, each with the moment of its last use. One that never came is not in the list. */
export const subjects = ofRolesAnywhere('subjects', 'Subjects of IAM Roles Anywhere', 'ListSubjects', 'subjects', subjectSchema, 'aws.rolesanywhere-subject', ({ subjectId }) => subjectId, [
  'IAM Roles Anywhere knows a workload by the certificate that it came with; one that may come and never did is in no list, and when a certificate ends is in itself.',
]);

function ofRolesAnywhere<Item extends object>(name: string, title: string, operation: string, element: string, item: z.ZodType<Item>, kind: string, key: (item: Item) => string, blindSpots: readonly string[] = []): AnySource {
  return regionalList({
    id: `aws.rolesanywhere.${name}`, title, service: 'rolesanywhere', operation, documentation: page('rolesanywhere/latest/APIReference', operation), lane: 'aws.rolesanywhere', depth: 'standard',
    input: { pageSize: 100 }, element, item, token: { out: 'nextToken', in: 'nextToken' }, kind, key, blindSpots,
  });
}
