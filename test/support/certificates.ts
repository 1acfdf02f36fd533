import type { Certificate } from '../../src/certificates/certificate.ts';

/** A certificate in our own words; what a test does not care about is plain. */
export function aCertificate(fields: Partial<Certificate> & { id: string }): Certificate {
  return {
    instanceId: 'i-1',
    projectId: null,
    name: null,
    scope: 'INSTANCE',
    commonName: null,
    subjectAlternativeNames: [],
    signatureAlgorithm: null,
    algorithmType: null,
    notAfter: null,
    createdAt: null,
    updatedAt: null,
    hasTrustedRootCa: false,
    ...fields,
  };
}
