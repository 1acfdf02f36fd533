import { timingSafeEqual } from 'node:crypto';
import type { Refusal } from '../refusals.ts';
import { refusals } from '../refusals.ts';
import type { SignedRequest } from './signature.ts';
import { headerText, readAuthorization, signatureOf } from './signature.ts';

interface AccessKey {
  readonly secretKey: string;
  /** Set for a temporary key: requests must carry it as `X-Security-Token`. */
  readonly securityToken: string | null;
  failuresInARow: number;
  lockedUntilMs: number;
}

/** How far `X-Sdk-Date` may be from the gateway's clock, either way [P]. */
const CLOCK_TOLERANCE_MS = 15 * 60 * 1000;
/** More failed signatures in a row than this lock the key [P]. */
const MAX_FAILURES = 5;
const LOCK_MS = 5 * 60 * 1000;

/** The access keys that exist, and how often each was used with a wrong signature. */
export class AccessKeys {
  readonly #keys = new Map<string, AccessKey>();

  add(accessKey: string, secretKey: string, securityToken: string | null = null): void {
    this.#keys.set(accessKey, { secretKey, securityToken, failuresInARow: 0, lockedUntilMs: 0 });
  }

  clear(): void {
    this.#keys.clear();
  }

  /** What is wrong with the request's signature, or null. */
  refusalFor(request: SignedRequest, nowMs: number): Refusal | null {
    const authorization = readAuthorization(headerText(request.headers, 'authorization'));
    if (!authorization) return refusals.signatureRefused('verify aksk signature fail');
    const key = this.#keys.get(authorization.accessKey);
    if (!key) return refusals.signatureRefused(`Get secretKey failed,ak:${authorization.accessKey},err:ak not exist`);
    // Even a right signature is refused while the key is locked [P].
    if (key.lockedUntilMs > nowMs) return refusals.signatureRefused('AK access failed to reach the limit, forbidden');
    return clockRefusal(headerText(request.headers, 'x-sdk-date'), nowMs) ?? this.#check(request, authorization, key, nowMs);
  }

  #check(
    request: SignedRequest,
    { signedHeaders, signature }: { readonly signedHeaders: readonly string[]; readonly signature: string },
    key: AccessKey,
    nowMs: number,
  ): Refusal | null {
    const expected = signatureOf(request, signedHeaders, key.secretKey);
    const right = timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
    const securityToken = headerText(request.headers, 'x-security-token') || null;
    // With an unsigned date, anybody could replay the request at any time.
    if (right && signedHeaders.includes('x-sdk-date') && securityToken === key.securityToken) {
      key.failuresInARow = 0;
      return null;
    }
    key.failuresInARow += 1;
    if (key.failuresInARow > MAX_FAILURES) {
      key.lockedUntilMs = nowMs + LOCK_MS;
      key.failuresInARow = 0;
    }
    return refusals.signatureRefused('verify aksk signature fail');
  }
}

function clockRefusal(signedAt: string, nowMs: number): Refusal | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(signedAt);
  if (!parts) return refusals.signatureRefused('verify aksk signature fail');
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  const signedAtMs = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  if (Math.abs(nowMs - signedAtMs) <= CLOCK_TOLERANCE_MS) return null;
  return refusals.signatureExpired(signedAt, toSdkDate(nowMs));
}

/** `YYYYMMDDTHHMMSSZ`. */
function toSdkDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}
