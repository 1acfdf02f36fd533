import type { ErrorCode } from '../errors/catalogue.ts';

/** The code of the SubgraphError for an answer that is an error. */
export type FailureKind = Extract<
  ErrorCode,
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_ERROR'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_INVALID_RESPONSE'
>;

export interface Failure {
  readonly kind: FailureKind;
  readonly retryable: boolean;
}

/**
 * Codes of the service itself. Letters name the page: D "Obtaining SSL Certificates", R other pages of the ROMA Connect API reference
 * ("Error Codes of Service Integration APIs", "Error Codes of Public Resource APIs"), G API Gateway, "Error Codes".
 * The same code comes with different statuses on different pages (APIG.1000: 400 in R, 401 in G; APIG.1005: 403 in D, 401 in G).
 */
const SERVICE_CODES: ReadonlyMap<string, FailureKind> = new Map([
  ['APIG.1000', 'UNAUTHENTICATED'], // R, G: the token is missing
  ['APIG.1001', 'UNAUTHENTICATED'], // G: session expired
  ['APIG.1002', 'UNAUTHENTICATED'], // D: incorrect token or token resolution failed
  ['APIG.1003', 'UNAUTHENTICATED'], // G: the token lacks a project
  ['APIG.1007', 'UNAUTHENTICATED'], // G: ... a domain
  ['APIG.1009', 'UNAUTHENTICATED'], // G: ... a user
  ['APIG.1005', 'FORBIDDEN'], // D: no permissions to request this method
  ['APIG.1012', 'FORBIDDEN'], // G: balance insufficient; a new token does not help
  ['APIG.1013', 'FORBIDDEN'], // G: account frozen
  ['APIG.1136', 'FORBIDDEN'], // G: no permissions on this instance
  ['APIG.3030', 'NOT_FOUND'], // R, sibling APIs: the instance does not exist
  ['APIG.9008', 'UPSTREAM_RATE_LIMITED'], // G: too many requests, with status 500
  ['ROMA.1000', 'UNAUTHENTICATED'], // R: no token, with status 400
  ['ROMA.1002', 'UNAUTHENTICATED'], // R: wrong token, with status 400
  ['ROMA.1006', 'FORBIDDEN'], // R: no permission, with status 400
]);

/**
 * The gateway in front writes the same numbers with the prefix `APIGW.` ("API Request Signing Guide", "Error Codes"), `APIC.` (ROMA
 * Connect user guide, "APIC API Error Codes") or `APIG.` (API Gateway user guide, "Error Codes").
 */
const GATEWAY_CODE = /^(?:APIG|APIGW|APIC|ROMA)\.(0\d{3})$/;

const GATEWAY_NUMBERS: ReadonlyMap<string, FailureKind> = new Map([
  ['0301', 'UNAUTHENTICATED'], // incorrect IAM authentication information
  ['0303', 'UNAUTHENTICATED'], // signature or clock wrong
  ['0307', 'UNAUTHENTICATED'], // the token must be updated
  ['0302', 'FORBIDDEN'], // not authorised
  ['0306', 'FORBIDDEN'], // denied
  ['0310', 'FORBIDDEN'], // project unavailable
  ['0802', 'FORBIDDEN'], // forbidden in the region
  ['0308', 'UPSTREAM_RATE_LIMITED'], // throttling threshold reached
]);

/** Codes that say no more than the status. With status 200 they mean that the upstream failed. */
const INTERNAL_CODES: ReadonlySet<string> = new Set(['APIG.9004', 'APIG.9999']);
const INTERNAL_GATEWAY_NUMBERS: ReadonlySet<string> = new Set(['0202', '0203', '0601', '0613']);

/** R: missing, too large, too small, malformed or invalid parameter. */
const PARAMETER_CODE = /^APIG\.20\d\d$/;

/** G, R: "Invalid parameter value,parameterName:{p}. Please refer to …". */
const PARAMETER_NAME = /parameterName:\s*([A-Za-z_-]+)/;

/** Parameters that this service sets: the caller can't correct them. */
const OWN_PARAMETERS: ReadonlySet<string> = new Set(['project_id', 'offset', 'limit']);

/** Classifies an answer that is an error. `error_code` takes precedence over the status. */
export function toFailure(status: number, errorCode: string | undefined, errorMessage: string | undefined): Failure {
  return (errorCode === undefined ? undefined : failureOfCode(status, errorCode, errorMessage)) ?? failureOfStatus(status);
}

function failureOfCode(status: number, code: string, message: string | undefined): Failure | undefined {
  if (PARAMETER_CODE.test(code)) {
    const own = OWN_PARAMETERS.has(PARAMETER_NAME.exec(message ?? '')?.[1] ?? '');
    return { kind: own ? 'UPSTREAM_ERROR' : 'BAD_USER_INPUT', retryable: false };
  }
  const number = GATEWAY_CODE.exec(code)?.[1] ?? '';
  const kind = SERVICE_CODES.get(code) ?? GATEWAY_NUMBERS.get(number);
  if (kind !== undefined) return { kind, retryable: kind === 'UPSTREAM_RATE_LIMITED' };
  // The API does not exist or has not been published: a wrong host, region or path, which callers do not choose.
  if (number === '0101') return { kind: 'UPSTREAM_ERROR', retryable: false };
  if (status < 400 && (INTERNAL_CODES.has(code) || INTERNAL_GATEWAY_NUMBERS.has(number))) {
    return { kind: 'UPSTREAM_ERROR', retryable: true };
  }
  return undefined;
}

function failureOfStatus(status: number): Failure {
  switch (status) {
    case 401:
      return { kind: 'UNAUTHENTICATED', retryable: false };
    case 403:
      return { kind: 'FORBIDDEN', retryable: false };
    case 408:
      return { kind: 'UPSTREAM_TIMEOUT', retryable: true };
    case 429:
      return { kind: 'UPSTREAM_RATE_LIMITED', retryable: true };
  }
  if (status >= 400 && status < 500) return { kind: 'UPSTREAM_ERROR', retryable: false };
  if (status >= 500 && status < 600) return { kind: 'UPSTREAM_ERROR', retryable: true };
  // Redirects are not followed, and 200 is the only status that is documented for a list.
  return { kind: 'UPSTREAM_INVALID_RESPONSE', retryable: true };
}
