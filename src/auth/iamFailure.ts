import type { ErrorCode } from '../errors/catalogue.ts';
import { SubgraphError, type UpstreamDetails } from '../errors/SubgraphError.ts';

/** The text of an answer that may be shown. */
export interface AnswerDetails {
  readonly upstream: UpstreamDetails;
  readonly retryAfterMs?: number | undefined;
}

/** The error for an answer of IAM without a token. The caller did not cause it, so its code is not one of the caller's mistakes. */
export function toIamFailure(status: number, { upstream, retryAfterMs }: AnswerDetails): SubgraphError {
  const { code, message, retryable } = toMeaning(status);
  return new SubgraphError(code, message, {
    retryable,
    upstream,
    ...(retryable && retryAfterMs !== undefined ? { retryAfterMs } : {}),
  });
}

interface Meaning {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

function toMeaning(status: number): Meaning {
  if (status === 408) return { code: 'UPSTREAM_TIMEOUT', message: 'IAM did not get the request in time.', retryable: true };
  if (status === 429) return { code: 'UPSTREAM_RATE_LIMITED', message: 'IAM asks for fewer requests.', retryable: true };
  if (status >= 400 && status < 500) {
    return {
      code: 'UPSTREAM_ERROR',
      message: 'IAM refused the credentials of this service; its operators have to correct them.',
      retryable: false,
    };
  }
  if (status >= 500 && status < 600) return { code: 'UPSTREAM_ERROR', message: 'IAM could not answer.', retryable: true };
  return { code: 'UPSTREAM_INVALID_RESPONSE', message: "IAM's answer holds no token.", retryable: true };
}
