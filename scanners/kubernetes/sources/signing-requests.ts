// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { kubectl } from '../command.ts';
import { declared } from '../operations.ts';
import { CLUSTER, endOf, LANE, LIMIT, list, listMetadata, objectMetadata, observe, observePage } from '../shapes.ts';

const GROUP = 'certificates.k8s.io';

/** A request for a certificate. `certificate`: what was issued, a public PEM in base64. */
export const signingRequestSchema = z.object({
  metadata: objectMetadata,
  spec: z.object({ signerName: z.string(), username: z.string().optional(), expirationSeconds: z.number().optional() }),
  status: z.object({ certificate: z.string().optional(), conditions: z.array(z.object({ type: z.string(), status: z.string().optional() })).optional() }).optional(),
});
export type SigningRequest = z.output<typeof signingRequestSchema>;

/** Requests for client certificates that are still there. https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/ */
export const signingRequests = defineSource({
  id: 'kubernetes.certificate-signing-requests',
  title: 'Certificate signing requests',
  unitKind: CLUSTER,
  lane: LANE,
  depth: 'standard',
  operations: [declared(GROUP, 'ListCertificateSigningRequests', { input: { limit: 1 } })],
  request: (_seed, page) => ({ service: GROUP, operation: 'ListCertificateSigningRequests', input: { limit: LIMIT, ...page } }),
  page: { schema: z.object({ kind: z.literal('CertificateSigningRequestList'), metadata: listMetadata, items: list(signingRequestSchema) }), count: (body) => body.items?.length ?? 0, end: endOf },
  rows: (body, context) => [
    ...observePage(body.metadata, body.items?.length ?? 0, body.items?.[0]?.metadata.uid, context),
    ...(body.items ?? []).map((item, index) => observe('kubernetes.certificate-signing-request', item.metadata.uid, item, context, ['items', index])),
  ],
  command: () => kubectl('get', 'certificatesigningrequests'),
  blindSpots: ['The cluster deletes a request an hour after it was decided, or a day after it was made; certificates of older requests stay valid and cannot be listed.'],
});
