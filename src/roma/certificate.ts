import {
  type Certificate,
  type CertificateAlgorithmType,
  type CertificateScope,
  COMMON_INSTANCE_ID,
} from '../certificates/certificate.ts';
import { toDateTime } from '../certificates/dateTime.ts';
import { isId } from '../certificates/id.ts';
import type { CertBase } from './wire.ts';

/** Told of our own field's name whenever a row holds a value that this service does not know. */
export type UnknownValue = (field: keyof Certificate) => void;

type WireRow = { readonly [name in keyof CertBase]?: unknown };

/**
 * The one place where ROMA Connect's words become ours. Every field of a row is optional in the Go SDK v3, so that one bad value never
 * spoils a row: it becomes null and is counted. Null stands for a row without a readable ID.
 */
export function toCertificate(wire: unknown, askedInstanceId: string, unknownValue: UnknownValue): Certificate | null {
  if (typeof wire !== 'object' || wire === null || !isId((wire as WireRow).id)) {
    unknownValue('id');
    return null;
  }
  const row = wire as WireRow & { readonly id: string };
  const scope = toScope(row.type, unknownValue);
  return Object.freeze({
    id: row.id,
    instanceId: toInstanceId(row.instance_id, scope, askedInstanceId, unknownValue),
    projectId: toText(row.project_id, 'projectId', unknownValue),
    name: toText(row.name, 'name', unknownValue),
    scope,
    commonName: toText(row.common_name, 'commonName', unknownValue),
    subjectAlternativeNames: toNames(row.san, unknownValue),
    signatureAlgorithm: toText(row.signature_algorithm, 'signatureAlgorithm', unknownValue),
    algorithmType: toAlgorithmType(row.algorithm_type, unknownValue),
    notAfter: toTime(row.not_after, 'notAfter', unknownValue),
    createdAt: toTime(row.create_time, 'createdAt', unknownValue),
    updatedAt: toTime(row.update_time, 'updatedAt', unknownValue),
    hasTrustedRootCa: toFlag(row.is_has_trusted_root_ca, unknownValue),
  });
}

function toText(value: unknown, field: keyof Certificate, unknownValue: UnknownValue): string | null {
  if (typeof value === 'string') return value;
  if (value !== undefined && value !== null) unknownValue(field);
  return null;
}

/** "global" and "instance" (table 5). A Go service that does not know prints the empty string. */
function toScope(value: unknown, unknownValue: UnknownValue): CertificateScope | null {
  switch (toText(value, 'scope', unknownValue) ?? '') {
    case 'global':
      return 'GLOBAL';
    case 'instance':
      return 'INSTANCE';
    case '':
      return null;
    default:
      unknownValue('scope');
      return null;
  }
}

/** "RSA", "ECC" and "SM2" (table 5); several sites do not send it at all (Go SDK v3: "not supported yet"). */
function toAlgorithmType(value: unknown, unknownValue: UnknownValue): CertificateAlgorithmType | null {
  const text = toText(value, 'algorithmType', unknownValue) ?? '';
  switch (text) {
    case 'RSA':
    case 'ECC':
    case 'SM2':
      return text;
    case '':
      return null;
    default:
      unknownValue('algorithmType');
      return null;
  }
}

/** "type set to global: The default value is common. type set to instance: The default value is the instance ID" (table 5). */
function toInstanceId(
  value: unknown,
  scope: CertificateScope | null,
  askedInstanceId: string,
  unknownValue: UnknownValue,
): string {
  if (value === askedInstanceId || isId(value)) return value;
  if (value !== undefined && value !== null && value !== '') unknownValue('instanceId');
  return scope === 'GLOBAL' ? COMMON_INSTANCE_ID : askedInstanceId;
}

/** Old rows can have no SAN at all, and a nil Go slice prints as null. */
function toNames(value: unknown, unknownValue: UnknownValue): readonly string[] {
  if (!Array.isArray(value)) {
    if (value !== undefined && value !== null) unknownValue('subjectAlternativeNames');
    return NO_NAMES;
  }
  const names = value.filter((name) => typeof name === 'string');
  for (let dropped = value.length - names.length; dropped > 0; dropped--) unknownValue('subjectAlternativeNames');
  return Object.freeze(names);
}

const NO_NAMES: readonly string[] = Object.freeze([]);

function toTime(value: unknown, field: keyof Certificate, unknownValue: UnknownValue): string | null {
  const text = toText(value, field, unknownValue) ?? '';
  // The Go SDK v3 accepts the empty string as "no time", and Go prints its zero time for one that was never set: neither is unknown.
  if (text === '' || text.startsWith('0001-01-01T00:00:00')) return null;
  const time = toDateTime(text);
  if (time === null) unknownValue(field);
  return time;
}

/** Absent in the documented example; on some sites "not supported" (Go SDK v3). */
function toFlag(value: unknown, unknownValue: UnknownValue): boolean {
  if (typeof value === 'boolean') return value;
  if (value !== undefined && value !== null) unknownValue('hasTrustedRootCa');
  return false;
}
