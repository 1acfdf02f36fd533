import { errors } from 'undici';

/** Why a request got no complete answer. */
export type NetworkFailure =
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'timeout' }
  /** TLS failed because of a certificate or of settings: a retry does not help. */
  | { readonly kind: 'untrusted' }
  /** The connection worked, but the answer is malformed. The text ends the sentence "the answer …". */
  | { readonly kind: 'flaw'; readonly flaw: string };

const TIMEOUT_CODES: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

/**
 * "X509 certificate error codes" of Node's TLS documentation, without those about revocation lists, which are not loaded, and what OpenSSL
 * says when the other side speaks no TLS, or none of these versions.
 */
const TLS_CODES: ReadonlySet<string> = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The codes of failures of sockets, the resolver and TLS. */
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]+$/;

/** Classifies a failure of the network. Undefined for other errors, such as a defect of this program. */
export function toNetworkFailure(error: unknown, headersArrived: boolean): NetworkFailure | undefined {
  if (error instanceof errors.ResponseExceededMaxSizeError) return { kind: 'flaw', flaw: 'is too large' };
  if (error instanceof errors.HeadersOverflowError) return { kind: 'flaw', flaw: 'has too large headers' };
  if (error instanceof errors.ResponseContentLengthMismatchError) return { kind: 'flaw', flaw: 'ended early' };
  if (error instanceof errors.HTTPParserError) return { kind: 'flaw', flaw: headersArrived ? 'ended early' : 'is not HTTP' };
  // undici's message for a connection that was closed (FIN) before the end of the answer. A reset (RST) is ECONNRESET. With `Connection:
  // close`, undici takes a reset for the end of the body; then the length, the last chunk or the JSON shows that something is missing.
  if (error instanceof errors.SocketError && headersArrived && error.message === 'other side closed') {
    return { kind: 'flaw', flaw: 'ended early' };
  }
  if (error instanceof errors.InvalidArgumentError) return undefined;
  const code = codeOf(error);
  if (code === undefined) return undefined;
  if (TLS_CODES.has(code)) return { kind: 'untrusted' };
  return TIMEOUT_CODES.has(code) ? { kind: 'timeout' } : { kind: 'unavailable' };
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && SYSTEM_CODE.test(code) ? code : undefined;
}
