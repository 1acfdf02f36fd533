import type { Refusal } from '../refusals.ts';
import { refusals } from '../refusals.ts';
import type { EndpointName } from '../requestMatch.ts';
import { createRandom } from '../seed/random.ts';

export interface TokenGrant {
  /** Null for a token without a project, as IAM issues one when no scope is asked for. */
  readonly projectId: string | null;
  readonly expiresAtMs: number;
  /** Lacks every permission. */
  readonly restricted: boolean;
  /** The endpoints that it lacks the permission for. */
  readonly forbidden?: readonly EndpointName[];
}

/** "Thousands of characters" [P]; the tokens of the IAM stub are about as long as real ones. */
const USUAL_TOKEN_LENGTH = 2_400;
export const MIN_TOKEN_LENGTH = 8;
/** Far beyond what a header may hold. */
export const MAX_TOKEN_LENGTH = 1024 * 1024;

/** The tokens that exist. One that is revoked before its time looks like one that never was [A]. */
export class Tokens {
  readonly #grants = new Map<string, TokenGrant>();
  readonly #issuedByIam = new Set<string>();
  #issued = 0;

  add(token: string, grant: TokenGrant): void {
    this.#grants.set(token, grant);
  }

  /** Generates a token: base64 letters, as a real one, which begins with `MII`. */
  issue(grant: TokenGrant, length: number = USUAL_TOKEN_LENGTH, byIam = false): string {
    this.#issued += 1;
    const token = `MII${createRandom(`token ${this.#issued}`).hex(Math.ceil(length / 8) * 8)}`.slice(
      0,
      Math.max(MIN_TOKEN_LENGTH, length),
    );
    this.add(token, grant);
    if (byIam) this.#issuedByIam.add(token);
    return token;
  }

  revoke(token: string): void {
    this.#grants.delete(token);
  }

  /** Revokes tokens before their expiry, as a change of the user's password or rights does [P]. */
  revokeIssuedByIam(): void {
    for (const token of this.#issuedByIam) this.revoke(token);
    this.#issuedByIam.clear();
  }

  clear(): void {
    this.#grants.clear();
    this.#issuedByIam.clear();
    this.#issued = 0;
  }

  /** What is wrong with the token for this project and endpoint, or null. */
  refusalFor(token: string, projectId: string, endpoint: EndpointName | 'other', nowMs: number): Refusal | null {
    const grant = this.#grants.get(token);
    if (!grant || grant.expiresAtMs <= nowMs) return refusals.tokenWrong();
    if (grant.projectId !== projectId) return refusals.tokenOfOtherProject();
    const isForbidden = grant.restricted || grant.forbidden?.some((name) => name === endpoint);
    return isForbidden ? refusals.notPermitted() : null;
  }
}
