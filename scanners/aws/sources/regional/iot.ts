// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../../src/model/source.ts';
import { observe, REGION } from '../../shapes.ts';
import { page, regionalCommand, regionalOperation, whereOffered } from './list.ts';

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
  blindSpots: ['IoT certificates are counted, not listed: whose they are and when they end is not read by this version.'],
});
