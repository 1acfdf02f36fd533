import type { HttpAnswer, HttpRequest } from '../net/Exchange.ts';
import { isPossibleToken } from './token.ts';

/** An IAM user's login. HUAWEI IDs can't get tokens. */
export interface IamUser {
  readonly domainName: string;
  readonly username: string;
  readonly password: string;
}

/** A token that IAM issued. */
export interface IssuedToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

/** Tokens are valid for 24 hours. One without an expiry is used for a shorter time. */
const UNKNOWN_LIFETIME_MS = 3_600_000;

/** Used when the stated expiry is sooner, which would cause a login for each call. ROMA Connect refuses the token when it has expired. */
const MIN_LIFETIME_MS = 60_000;

/**
 * IAM API reference, "Obtaining a User Token Through Password Authentication". A project scope is needed: ROMA Connect refuses a token
 * that lacks one (APIG.1003). `nocatalog` leaves a long list of endpoints out of the answer.
 */
export function toTokenRequest({ domainName, username, password }: IamUser, projectId: string): HttpRequest {
  return {
    method: 'POST',
    target: '/v3/auth/tokens?nocatalog=true',
    headers: { 'content-type': 'application/json;charset=utf8' },
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user: { domain: { name: domainName }, name: username, password } } },
        scope: { project: { id: projectId } },
      },
    }),
  };
}

/** Reads the token from the header and its expiry from the body. Undefined when there is no token that could be sent. */
export function readIssuedToken({ status, headers, body, receivedAtMs }: HttpAnswer): IssuedToken | undefined {
  const token = headers['x-subject-token'];
  if (status < 200 || status > 299 || typeof token !== 'string' || !isPossibleToken(token)) return undefined;
  return { token, lifetimeMs: readLifetimeMs(body, receivedAtMs) };
}

/** Counted from `issued_at`, so that IAM's clock and ours may differ. */
function readLifetimeMs(body: Uint8Array, nowMs: number): number {
  try {
    const answer = JSON.parse(Buffer.from(body).toString()) as { token?: { expires_at?: unknown; issued_at?: unknown } } | null;
    const ends = Date.parse(String(answer?.token?.expires_at));
    const begins = Date.parse(String(answer?.token?.issued_at));
    const lifetimeMs = ends - (Number.isNaN(begins) ? nowMs : begins);
    return lifetimeMs > 0 ? Math.max(lifetimeMs, MIN_LIFETIME_MS) : UNKNOWN_LIFETIME_MS;
  } catch {
    return UNKNOWN_LIFETIME_MS;
  }
}
