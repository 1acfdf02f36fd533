import { createHash, createHmac } from 'node:crypto';
import { percentEncode } from '../net/percentEncode.ts';
import type { SignableRequest } from './Credentials.ts';

const ALGORITHM = 'SDK-HMAC-SHA256';

/** A request as it is signed. It has no body. */
export interface SignedParts extends Omit<SignableRequest, 'host'> {
  /** All signed headers, including `host` and `x-sdk-date`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** SHA-256 of an empty body. */
const EMPTY_HASH = createHash('sha256').digest('hex');

/**
 * The value of `Authorization` as the "API Request Signing Guide" defines it; `AKSKSigner` of the vendor's Node SDK computes the same.
 */
export function toAuthorizationHeader(parts: SignedParts, sdkDate: string, { accessKey, secretKey }: AccessKey): string {
  const headers = Object.entries(parts.headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .sort(([one], [other]) => byCodeUnit(one, other));
  const names = headers.map(([name]) => name).join(';');
  const canonicalRequest = [
    parts.method,
    toCanonicalPath(parts.path),
    toCanonicalQuery(parts.query),
    headers.map(([name, value]) => `${name}:${value}\n`).join(''),
    names,
    EMPTY_HASH,
  ].join('\n');
  const stringToSign = [ALGORITHM, sdkDate, createHash('sha256').update(canonicalRequest).digest('hex')].join('\n');
  // The HMAC key is the secret key itself. Other clouds derive a key from it.
  const signature = createHmac('sha256', secretKey).update(stringToSign).digest('hex');
  return `${ALGORITHM} Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}`;
}

/** `YYYYMMDDTHHMMSSZ`; the gateway accepts 15 minutes to either side of its own clock. */
export function toSdkDate(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Encoded per segment, with a slash at the end even if the path has none. */
function toCanonicalPath(path: string): string {
  const encoded = path.split('/').map(percentEncode).join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

/** Sorted by name, then by value. */
function toCanonicalQuery(query: SignedParts['query']): string {
  return [...query]
    .sort(([name, value], [otherName, otherValue]) => byCodeUnit(name, otherName) || byCodeUnit(value, otherValue))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
