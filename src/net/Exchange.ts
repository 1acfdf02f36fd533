import type { UpstreamDetails } from '../errors/SubgraphError.ts';
import type { EndSignal } from './endSignal.ts';

/** One HTTP request and its whole answer. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query, encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Added to `upstream` in the extensions of errors. */
  readonly details?: UpstreamDetails;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Decompressed. Empty when there is a flaw. */
  readonly body: Uint8Array;
  /** Why the body could not be read although the connection worked, as the end of "the answer …". */
  readonly flaw?: string;
  /** When the answer was complete, in milliseconds since the epoch. */
  readonly receivedAtMs: number;
}

/**
 * Sends one request, once. Rejects with a SubgraphError when no whole answer came: UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT, or the
 * signal's own reason. It does not judge the answer: any status resolves.
 */
export type Exchange = (request: HttpRequest, signal: EndSignal) => Promise<HttpAnswer>;
