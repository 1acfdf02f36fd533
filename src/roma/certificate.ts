import {
  type Certificate,
  type CertificateAlgorithmType,
  type CertificateScope,
  COMMON_INSTANCE_ID,
} from '../certificates/certificate.ts';
import { isId } from '../certificates/id.ts';
import { toFlag, toNames, toText, toTime, type UnknownValue } from './values.ts';
import type { CertBase } from './wire.ts';

type WireRow = { readonly [name in keyof CertBase]?: unknown };

/**
 * Translates a row of ROMA Connect into a certificate. Every field of a row is optional in the Go SDK v3, so a bad value does not
 * invalidate the row: it becomes null and is counted. Returns null for a row without a readable ID.
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
    projectId: projectIds.shared(toText(row.project_id, 'projectId', unknownValue)),
    name: toText(row.name, 'name', unknownValue),
    scope,
    commonName: toText(row.common_name, 'commonName', unknownValue),
    subjectAlternativeNames: toNames(row.san, 'subjectAlternativeNames', unknownValue),
    signatureAlgorithm: algorithms.shared(toText(row.signature_algorithm, 'signatureAlgorithm', unknownValue)),
    algorithmType: toAlgorithmType(row.algorithm_type, unknownValue),
    notAfter: toTime(row.not_after, 'notAfter', unknownValue),
    createdAt: toTime(row.create_time, 'createdAt', unknownValue),
    updatedAt: toTime(row.update_time, 'updatedAt', unknownValue),
    hasTrustedRootCa: toFlag(row.is_has_trusted_root_ca, 'hasTrustedRootCa', unknownValue),
  });
}

/** JSON.parse makes a new string for each value; rows that have the same one side by side need it once. */
class LastText {
  #last: string | null = null;

  shared(text: string | null): string | null {
    if (text !== this.#last) this.#last = text;
    return this.#last;
  }
}

const projectIds = new LastText();
const algorithms = new LastText();

/** "global" and "instance" (table 5). Go prints the empty string for an unset value. */
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
  if (value === askedInstanceId) return askedInstanceId;
  if (isId(value)) return value;
  if (value !== undefined && value !== null && value !== '') unknownValue('instanceId');
  return scope === 'GLOBAL' ? COMMON_INSTANCE_ID : askedInstanceId;
}
