import { type ErrorCode, errorCatalogue } from './catalogue.ts';

/** The parts of an answer of ROMA Connect that clients may see: no URL, header or body. */
export interface UpstreamDetails {
  /** The HTTP status. Absent without an answer. */
  readonly status?: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** ROMA Connect's `X-Request-Id`, by which its support finds the call. */
  readonly requestId?: string;
  readonly instanceId?: string;
}

/** An instance that a lookup could not search, and why. */
export interface UnsearchedInstance {
  readonly instanceId: string;
  readonly code: ErrorCode;
  readonly upstream?: UpstreamDetails;
}

/** Why the instances could not be listed. */
export type DiscoveryFailure = Omit<UnsearchedInstance, 'instanceId'>;

export interface SubgraphErrorDetails {
  /** Needed only for codes whose retryability depends on the case. Default: as the catalogue says. */
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly upstream?: UpstreamDetails;
  readonly instances?: readonly UnsearchedInstance[];
  readonly discovery?: DiscoveryFailure;
  /** For logs in development. Not shown to clients. */
  readonly cause?: unknown;
}

export interface SubgraphErrorExtensions {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly upstream?: UpstreamDetails;
  readonly instances?: readonly UnsearchedInstance[];
  readonly discovery?: DiscoveryFailure;
}

/**
 * Each failure that this service expects. Clients see its message and `extensions`: graphql-js copies both to the GraphQL error. Other errors
 * are masked.
 */
export class SubgraphError extends Error {
  override readonly name = 'SubgraphError';
  readonly extensions: SubgraphErrorExtensions;
  /** The place of the failed call, for retries and circuit breakers. Not shown to clients. */
  place?: string;

  constructor(code: ErrorCode, message: string, details: SubgraphErrorDetails = {}) {
    const { cause, retryable = errorCatalogue[code].retryable, ...shown } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.extensions = { code, retryable, ...shown };
  }

  get code(): ErrorCode {
    return this.extensions.code;
  }

  /** ROMA Connect did not answer, or said that it failed. */
  get isOutage(): boolean {
    const { code, upstream: { status = 0 } = {} } = this.extensions;
    return code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_TIMEOUT' || (code === 'UPSTREAM_ERROR' && status >= 500);
  }

  /** ROMA Connect refused the token. */
  get isTokenRefused(): boolean {
    return this.code === 'UNAUTHENTICATED' && this.extensions.upstream !== undefined;
  }

  /** No call was made, because there is no token that can be sent. */
  get isTokenMissing(): boolean {
    return this.code === 'UNAUTHENTICATED' && this.extensions.upstream === undefined;
  }
}

/** An argument of the caller is wrong. The message says what to send. */
export function badUserInput(message: string): SubgraphError {
  return new SubgraphError('BAD_USER_INPUT', message);
}
