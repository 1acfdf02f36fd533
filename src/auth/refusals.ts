import { createHash } from 'node:crypto';
import { isErrorCode } from '../errors/catalogue.ts';
import { SubgraphError, type UpstreamDetails } from '../errors/SubgraphError.ts';
import type { IamUser } from './iamRequest.ts';

/** A login that IAM refused. */
export interface Refusal {
  /** In a row. */
  readonly refusals: number;
  /** No login before, in milliseconds since the epoch. */
  readonly untilMs: number;
  readonly failure: SubgraphError;
}

/** What all replicas know of refused logins with the same credentials. Nothing here rejects. */
export interface SharedRefusals {
  recall(): Promise<Refusal | undefined>;
  keep(refusal: Refusal): void;
  forget(): void;
  /** False: another replica is logging in. */
  claim(forMs: number): Promise<boolean>;
  /** The login that was claimed is over. */
  release(): void;
}

/** A map that replicas share and nobody else can write to. It may forget, and be out of order. */
export interface SharedNotes {
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string, ttlMs: number): void;
  /** False: another replica has added the key, and its time is not over. */
  add(key: string, ttlMs: number): Promise<boolean>;
}

/** Long enough that the pauses go on growing. */
const REMEMBERED_MS = 24 * 3_600_000;

/** The key tells other credentials apart: a corrected password is tried at once. */
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

/** The notes are sealed, so what is there was written by this program, though maybe by another version of it. */
function parse(text: string): Refusal | undefined {
  const note = JSON.parse(text) as
    | (Omit<Refusal, 'failure'> & { code: string; message: string; upstream?: UpstreamDetails })
    | null;
  if (note === null || !isErrorCode(note.code)) return undefined;
  const { refusals, untilMs, code, message, upstream } = note;
  const failure = new SubgraphError(code, message, { retryable: false, ...(upstream && { upstream }) });
  return { refusals, untilMs, failure };
}
