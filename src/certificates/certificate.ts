/** A certificate in our own words. Times are DateTime text (see dateTime.ts); unknown values are null, never absent. */
export interface Certificate {
  readonly id: string;
  /** As ROMA Connect says it: the owner's ID, or {@link COMMON_INSTANCE_ID}. */
  readonly instanceId: string;
  readonly projectId: string | null;
  readonly name: string | null;
  readonly scope: CertificateScope | null;
  readonly commonName: string | null;
  readonly subjectAlternativeNames: readonly string[];
  readonly signatureAlgorithm: string | null;
  readonly algorithmType: CertificateAlgorithmType | null;
  readonly notAfter: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly hasTrustedRootCa: boolean;
}

export type CertificateScope = 'GLOBAL' | 'INSTANCE';
export type CertificateAlgorithmType = 'RSA' | 'ECC' | 'SM2';

/**
 * What ROMA Connect writes as `instance_id` of a global certificate ("type set to global: The default value is common", API
 * reference, "Obtaining SSL Certificates"). It names no instance: every instance of the account lists global certificates.
 */
export const COMMON_INSTANCE_ID = 'common';

export interface RomaInstance {
  readonly id: string;
}

/** Whether every instance of the account lists this certificate. */
export function isGlobal(certificate: Certificate): boolean {
  return certificate.scope === 'GLOBAL' || certificate.instanceId === COMMON_INSTANCE_ID;
}
