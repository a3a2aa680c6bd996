// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../../src/model/source.ts';
import { observe, plain, REGION } from '../../shapes.ts';
import { moment, page, regionalCommand, regionalList, regionalOperation, whereOffered } from './list.ts';

export const iotCertificateSchema = z.object({ certificateId: z.string() });

/** Certificates of devices, counted page by page: a fleet can have millions, and each is the device's. At the deepest depth only. */
export const iotCertificates = defineSource({
  id: 'aws.iot.certificates',
  title: 'Number of IoT certificates',
  unitKind: REGION, lane: 'aws.iot', depth: 'deep', plan: whereOffered('iot'),
  operations: [regionalOperation({ service: 'iot', operation: 'ListCertificates', documentation: page('iot/latest/apireference', 'ListCertificates'), probe: { input: { pageSize: 1 } } })],
  request: (_seed, next) => ({ service: 'iot', operation: 'ListCertificates', input: { pageSize: 250, ...next } }),
  page: {
    schema: z.object({ certificates: z.array(iotCertificateSchema), nextMarker: z.string().nullish() }), count: (body) => body.certificates.length,
    end: ({ nextMarker: next }) => (typeof next === 'string' && next !== '' ? { next: { marker: next } } : { last: true }),
  },
  // A row each, so that one that comes twice is seen; nothing of it but its id is kept.
  rows: (body, context) => body.certificates.map(({ certificateId }, index) => observe('aws.iot-certificate', certificateId, {}, context, ['certificates', index])),
  command: (parameters, unit) => regionalCommand('iot', 'ListCertificates', parameters, unit),
  blindSpots: ['IoT certificates are counted, not listed: whose they are is not read by this version, and when they end only of those that an audit of IoT Device Defender found to be ending; where that audit is off, of none.'],
});

const findingSchema = z.object({ findingId: z.string(), findingTime: moment.optional(), isSuppressed: z.boolean().optional(), nonCompliantResource: z.object({ resourceIdentifier: z.object({ deviceCertificateId: z.string().optional() }).optional() }).optional() });
export const iotDescriptionSchema = z.object({ certificateId: z.string(), certificateArn: z.string().optional(), status: z.string().optional(), creationDate: moment.optional(), validity: z.object({ notAfter: moment.optional() }).optional() });

/** A window must be named; findings are kept for 90 days, so that this one holds all of them. In seconds since 1970. */
const ANY_TIME = { startTime: 0, endTime: 4_102_444_800 } as const;

/**
 * Device certificates that an audit of IoT Device Defender found to end within 30 days: no list tells when a certificate ends, and a
 * fleet is too large to ask each. https://docs.aws.amazon.com/iot-device-defender/latest/devguide/audit-chk-device-cert-approaching-expiration.html
 */
export const iotExpiring = regionalList({
  id: 'aws.iot.expiring-certificates',
  title: 'Findings of ending IoT certificates',
  service: 'iot', operation: 'ListAuditFindings', documentation: page('iot/latest/apireference', 'ListAuditFindings'),
  lane: 'aws.iot', depth: 'deep', input: { checkName: 'DEVICE_CERTIFICATE_EXPIRING_CHECK', ...ANY_TIME, maxResults: 250 },
  element: 'findings', item: findingSchema, token: { out: 'nextToken', in: 'nextToken' },
  kind: 'aws.iot-finding', key: ({ findingId }) => findingId,
});

/** Status and end of each of those. The certificate itself, which is public, is not kept. */
export const iotDescriptions = defineSource({
  id: 'aws.iot.certificate-details',
  title: 'Ends of IoT certificates',
  unitKind: REGION, lane: 'aws.iot', depth: 'deep', parent: iotExpiring.id,
  operations: [regionalOperation({ service: 'iot', operation: 'DescribeCertificate', documentation: page('iot/latest/apireference', 'DescribeCertificate'), probe: { untestable: 'needs the id of a certificate' } })],
  // Every audit finds it again; it is asked for once.
  next: (row) => {
    const id = row.type === 'observation' ? certificateOf(row.value) : null;
    return id === null ? null : { parent: id, parameters: { certificateId: id } };
  },
  request: (seed) => ({ service: 'iot', operation: 'DescribeCertificate', input: { certificateId: seed.parameters['certificateId'] ?? '' } }),
  page: { schema: z.object({ certificateDescription: iotDescriptionSchema }), count: () => 1, end: () => ({ last: true }) },
  rows: (body, context) => [observe('aws.iot-expiring-certificate', `${body.certificateDescription.certificateId}|detail`, plain(body.certificateDescription), context, ['certificateDescription'])],
  command: (parameters, unit) => regionalCommand('iot', 'DescribeCertificate', parameters, unit),
});

/** The certificate that a finding is of; null where it names none. */
export function certificateOf(value: unknown): string | null {
  return findingSchema.parse(value).nonCompliantResource?.resourceIdentifier?.deviceCertificateId ?? null;
}
