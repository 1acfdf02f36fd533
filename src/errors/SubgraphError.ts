import { type ErrorCode, errorCatalogue } from './catalogue.ts';

/** What ROMA Connect said, as far as a client may know it: never a URL, a header or a body. */
export interface UpstreamDetails {
  /** HTTP status; absent when no answer came. */
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

/** Why ROMA Connect did not tell which instances there are. */
export type DiscoveryFailure = Omit<UnsearchedInstance, 'instanceId'>;

export interface SubgraphErrorDetails {
  /** Needed only for codes whose retryability depends on the case. Default: as the catalogue says. */
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly upstream?: UpstreamDetails;
  readonly instances?: readonly UnsearchedInstance[];
  readonly discovery?: DiscoveryFailure;
  /** Kept for logs in development; never shown to a client. */
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
 * Every failure that this service expects. Its message and `extensions` are written for the client; graphql-js copies the
 * extensions to the GraphQL error that it makes of it, and anything that is not a SubgraphError is masked.
 */
export class SubgraphError extends Error {
  override readonly name = 'SubgraphError';
  readonly extensions: SubgraphErrorExtensions;
  /** What of ROMA Connect was asked, where it was: for those who decide whether to ask again. Never shown. */
  place?: string;

  constructor(code: ErrorCode, message: string, details: SubgraphErrorDetails = {}) {
    const { cause, retryable = errorCatalogue[code].retryable, ...shown } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.extensions = { code, retryable, ...shown };
  }

  get code(): ErrorCode {
    return this.extensions.code;
  }
}

/** The caller's argument is wrong; the message says what to send instead. */
export function badUserInput(message: string): SubgraphError {
  return new SubgraphError('BAD_USER_INPUT', message);
}
