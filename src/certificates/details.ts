/** What ROMA Connect says of a certificate beyond its lists. Unknown values are null, never absent; lists are empty. */
export interface CertificateDetails {
  readonly version: number | null;
  readonly serialNumber: string | null;
  readonly notBefore: string | null;
  readonly issuer: readonly string[];
  readonly organization: readonly string[];
  readonly organizationalUnit: readonly string[];
  readonly locality: readonly string[];
  readonly state: readonly string[];
  readonly country: readonly string[];
}

/** A domain that a certificate is bound to. */
export interface BoundDomain {
  readonly id: string;
  readonly name: string | null;
  readonly status: BoundDomainStatus | null;
  readonly minTlsVersion: string | null;
  readonly redirectsHttpToHttps: boolean;
  readonly verifiesClientCertificate: boolean;
  readonly apiGroupId: string | null;
  readonly apiGroupName: string | null;
  readonly instanceId: string | null;
}

export type BoundDomainStatus = 'UNRESOLVED' | 'RESOLVING' | 'RESOLVED' | 'FAILED';
