import { type Certificate, COMMON_INSTANCE_ID } from '../../certificates/certificate.ts';
import type { CertificateDetails } from '../../certificates/details.ts';
import { isId, readId } from '../../certificates/id.ts';
import { sizeOfRows } from '../../certificates/sizeOfRows.ts';
import { toCertificate } from '../certificate.ts';
import type { Endpoint, Reading } from '../Endpoint.ts';
import { projectPath, toRestRequest } from '../request.ts';
import { toInt, toNames, toText, toTime, type UnknownValue } from '../values.ts';
import type { CertificateDetailResp } from '../wire.ts';
import { isGone } from './gone.ts';

export interface DetailsQuery {
  readonly id: string;
  /** The instance of the certificate, or `common`, if known. Calls for the certificates of one instance share bulkhead, pace and circuit breaker. */
  readonly instanceId: string | null;
}

export interface DetailsAnswer extends Reading {
  /** Null: the certificate does not exist. */
  readonly found: FoundDetails | null;
}

export interface FoundDetails {
  readonly details: CertificateDetails;
  /** The certificate as in a list. Null when the answer lacks its instance, as the documented example does. */
  readonly certificate: Certificate | null;
}

type WireDetails = { readonly [name in keyof CertificateDetailResp]?: unknown };

/** "Viewing Certificate Details": GET /v2/{project_id}/apic/certificates/{certificate_id}. It needs no instance. */
export const certificateDetails: Endpoint<DetailsQuery, DetailsAnswer> = {
  name: 'certificateDetails',
  template: '/v2/{project_id}/apic/certificates/{certificate_id}',
  noun: 'the details of this certificate',

  request: (projectId, { id }) =>
    toRestRequest(`${projectPath(projectId)}/apic/certificates/${readId('A certificate ID', id)}`, []),

  decode(body, { query, askedAtMs, unknownValue }) {
    const wire = body as WireDetails;
    // Every field is optional in the Go SDK v3, even the ID. The answer needs some field of a certificate, and no other ID.
    if ((wire.id ?? query.id) !== query.id || !FIELDS.some((name) => wire[name] !== undefined)) return undefined;
    return {
      found: { details: toDetails(wire, unknownValue), certificate: toRow(wire, query.id, unknownValue) },
      readAtMs: askedAtMs,
    };
  },

  decodeRefusal: (errorCode, { askedAtMs }) => (isGone(errorCode) ? { found: null, readAtMs: askedAtMs } : undefined),

  key: ({ id }) => id,
  place: ({ instanceId }) => `certificateDetails:${instanceId ?? ''}`,
  instanceId: () => null,
  bytes: ({ found }) => sizeOfRows([found?.certificate ?? null]) + 2 * JSON.stringify(found?.details).length,
  // "Does not exist" is not reused: the certificate may be created at any moment.
  isReusable: ({ found }) => found !== null,
  traced: () => ({}),
  tracedAnswer: () => ({}),
};

const FIELDS: readonly (keyof WireDetails)[] = [
  'id',
  'name',
  'common_name',
  'version',
  'issuer',
  'serial_number',
  'not_before',
];

function toDetails(wire: WireDetails, unknownValue: UnknownValue): CertificateDetails {
  return Object.freeze({
    version: toInt(wire.version, 'version', unknownValue),
    serialNumber: toText(wire.serial_number, 'serialNumber', unknownValue),
    notBefore: toTime(wire.not_before, 'notBefore', unknownValue),
    issuer: toNames(wire.issuer, 'issuer', unknownValue),
    organization: toNames(wire.organization, 'organization', unknownValue),
    organizationalUnit: toNames(wire.organizational_unit, 'organizationalUnit', unknownValue),
    locality: toNames(wire.locality, 'locality', unknownValue),
    state: toNames(wire.state, 'state', unknownValue),
    country: toNames(wire.country, 'country', unknownValue),
  });
}

function toRow(wire: WireDetails, id: string, unknownValue: UnknownValue): Certificate | null {
  const saysWhose = isId(wire.instance_id) || wire.type === 'global';
  return saysWhose ? toCertificate({ ...wire, id }, COMMON_INSTANCE_ID, unknownValue) : null;
}
