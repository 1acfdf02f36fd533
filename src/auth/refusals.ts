import { createHash } from 'node:crypto';
import { isErrorCode } from '../errors/catalogue.ts';
import { SubgraphError, type UpstreamDetails } from '../errors/SubgraphError.ts';
import type { IamUser } from './iamRequest.ts';

/** A login that IAM refused. */
export interface Refusal {
  /** How many refusals in a row. */
  readonly refusals: number;
  /** No login before this time, in milliseconds since the epoch. */
  readonly untilMs: number;
  readonly failure: SubgraphError;
}

/** Refused logins with the same credentials, shared by all replicas. No method rejects. */
export interface SharedRefusals {
  recall(): Promise<Refusal | undefined>;
  keep(refusal: Refusal): void;
  forget(): void;
  /** Claims the next login. False: another replica is logging in. */
  claim(forMs: number): Promise<boolean>;
  /** Releases the claim. */
  release(): void;
}

/** A map that replicas share and nobody else can write to. It may lose entries, or be out of order. */
export interface SharedNotes {
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string, ttlMs: number): void;
  /** False: the key exists, and has not expired. */
  add(key: string, ttlMs: number): Promise<boolean>;
}

/** Longer than the longest pause, so that the count of refusals is still known when the next login is refused. */
const REMEMBERED_MS = 24 * 3_600_000;

/** Other credentials have another key, so a corrected password is tried at once. */
export function createSharedRefusals(notes: SharedNotes, iamOrigin: string, user: IamUser): SharedRefusals {
  const { domainName, username, password } = user;
  const identity = createHash('sha256')
    .update(JSON.stringify([iamOrigin, domainName, username, password]))
    .digest('base64url');
  const key = `refused login ${identity}`;
  const claimKey = `login ${identity}`;
  return {
    async recall() {
      const text = await notes.get(key);
      return text === undefined ? undefined : parse(text);
    },
    keep({ refusals, untilMs, failure }) {
      const { code, message } = failure;
      const { upstream } = failure.extensions;
      notes.set(key, JSON.stringify({ refusals, untilMs, code, message, upstream }), REMEMBERED_MS);
    },
    forget: () => notes.set(key, JSON.stringify(null), REMEMBERED_MS),
    claim: (forMs) => notes.add(claimKey, forMs),
    release: () => notes.set(claimKey, '', 1),
  };
}

/** Values are authenticated: this program wrote them, but maybe another version of it. */
function parse(text: string): Refusal | undefined {
  const note = JSON.parse(text) as
    | (Omit<Refusal, 'failure'> & { code: string; message: string; upstream?: UpstreamDetails })
    | null;
  if (note === null || !isErrorCode(note.code)) return undefined;
  const { refusals, untilMs, code, message, upstream } = note;
  const failure = new SubgraphError(code, message, { retryable: false, ...(upstream && { upstream }) });
  return { refusals, untilMs, failure };
}
