import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * SDK-HMAC-SHA256 as the "API Request Signing Guide" [P] describes it and the Go and Node SDKs v3 [S] do it. Written from those
 * descriptions and not from the client's signer: the two have to agree without sharing a mistake.
 */
const ALGORITHM = 'SDK-HMAC-SHA256';

export interface SignedRequest {
  readonly method: string;
  /** As it came, still encoded. */
  readonly rawPath: string;
  /** Without the `?`, still encoded. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Authorization {
  readonly accessKey: string;
  /** Lower case, in the order sent. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** The parts of `SDK-HMAC-SHA256 Access=…, SignedHeaders=a;b, Signature=…`, or null for anything else. */
export function readAuthorization(header: string): Authorization | null {
  const found = /^SDK-HMAC-SHA256 Access=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(header);
  if (!found) return null;
  const [, accessKey = '', signedHeaders = '', signature = ''] = found;
  return { accessKey, signedHeaders: signedHeaders.toLowerCase().split(';'), signature };
}

/** The signature that the request should carry. The secret key is used as it is: nothing is derived from it [P]. */
export function signatureOf(request: SignedRequest, signedHeaders: readonly string[], secretKey: string): string {
  const date = headerText(request.headers, 'x-sdk-date');
  const toSign = [ALGORITHM, date, sha256(canonicalRequest(request, signedHeaders))].join('\n');
  return createHmac('sha256', secretKey).update(toSign).digest('hex');
}

export function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const names = [...signedHeaders].sort();
  return [
    request.method,
    canonicalPath(request.rawPath),
    canonicalQuery(request.search),
    names.map((name) => `${name}:${headerText(request.headers, name)}\n`).join(''),
    names.join(';'),
    headerText(request.headers, 'x-sdk-content-sha256') || sha256(request.body),
  ].join('\n');
}

/** Each segment encoded anew; it always ends with a slash, even where the real path does not [P]. */
function canonicalPath(path: string): string {
  const canonical = path.split('/').map(recode).join('/');
  return canonical.endsWith('/') ? canonical : `${canonical}/`;
}

/** Sorted by name, then by value [P]. */
function canonicalQuery(search: string): string {
  return search
    .split('&')
    .filter((pair) => pair !== '')
    .map(readPair)
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function readPair(pair: string): readonly [name: string, value: string] {
  const at = pair.indexOf('=');
  return at < 0 ? [recode(pair), ''] : [recode(pair.slice(0, at)), recode(pair.slice(at + 1))];
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

/** RFC 3986: only letters, digits and `-_.~` stay bare. */
function recode(text: string): string {
  let plain = text;
  try {
    plain = decodeURIComponent(text);
  } catch {
    // Not valid UTF-8: taken literally, so that the signature does not match.
  }
  return encodeURIComponent(plain).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function headerText(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim();
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
