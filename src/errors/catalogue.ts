/**
 * Each `extensions.code` of this service's own errors. The compiler refuses other codes, and `docs/errors.md` is printed from this
 * table.
 */
export const errorCatalogue = {
  BAD_USER_INPUT: {
    retryable: false,
    meaning: 'An argument was refused: bad paging, a malformed ID, or a value that ROMA Connect rejects (400 APIG.20xx).',
    action: 'Send what the message asks for.',
  },
  UNAUTHENTICATED: {
    retryable: false,
    meaning:
      'The token is missing (then no call was made), expired, or not accepted by ROMA Connect (401, ROMA.1000, ROMA.1002).',
    action:
      "Send a valid token in `X-Auth-Token`. With `ROMA_AUTH` other than `passthrough` the token or key is this service's own: tell its operators.",
  },
  FORBIDDEN: {
    retryable: false,
    meaning:
      'The credentials lack the permission (403, APIG.1005, ROMA.1006), or the account is frozen or in arrears (APIG.1012, APIG.1013).',
    action: 'Ask for the permission, or settle the account. A new token does not help.',
  },
  NOT_FOUND: {
    retryable: false,
    meaning: 'ROMA Connect does not know the instance (404 APIG.3030).',
    action: 'Check the instance ID.',
  },
  UPSTREAM_ERROR: {
    retryable: false,
    retryableWhen: 'when ROMA Connect itself failed',
    meaning:
      'ROMA Connect failed (5xx) or refused the request of this service (any other 4xx: wrong host or path, too large), or IAM refused the credentials of this service.',
    action: 'Retry later when `retryable`; otherwise tell the operators, with `upstream.requestId`.',
  },
  UPSTREAM_RATE_LIMITED: {
    retryable: true,
    meaning: 'ROMA Connect throttles (429, or 500 APIG.9008).',
    action: 'Retry after `retryAfterMs` milliseconds when given, else with back-off.',
  },
  UPSTREAM_UNAVAILABLE: {
    retryable: true,
    retryableWhen: 'unless TLS fails because of a certificate or of settings',
    meaning:
      'ROMA Connect could not be reached: connection refused or reset, name not resolved, TLS certificate not accepted, the circuit breaker is open, or too many calls wait.',
    action: 'Retry later when `retryable`; otherwise tell the operators.',
  },
  UPSTREAM_TIMEOUT: {
    retryable: true,
    meaning: 'ROMA Connect did not answer in time (or answered 408).',
    action: 'Retry later.',
  },
  UPSTREAM_INVALID_RESPONSE: {
    retryable: true,
    meaning:
      'The answer of ROMA Connect cannot be used: a redirect, an empty body, invalid JSON, a wrong shape, a body that is too large, or a list that ends before its own total or changes too fast to be read.',
    action: 'Retry later; tell the operators when it persists.',
  },
  REQUEST_LIMIT_EXCEEDED: {
    retryable: false,
    meaning: 'The operation asks for more REST calls, entities or rows than this service allows one operation.',
    action: 'Ask for less at once: smaller pages, fewer aliases or representations.',
  },
  CURSOR_INVALID: {
    retryable: false,
    meaning: 'The cursor was not made by this service, or belongs to another instance, filter or order.',
    action: 'Use a cursor only with the arguments that it came with.',
  },
  CURSOR_STALE: {
    retryable: false,
    meaning: 'All certificates that the cursor remembers are gone, so its position in the list is unknown.',
    action: 'Start again from the first page.',
  },
  LIST_INCOMPLETE: {
    retryable: false,
    retryableWhen: 'when one of the causes is',
    meaning:
      'A list over all instances lacks some of them. `instances` names them with their causes. When the instances could not be listed, `instances` is empty and `discovery` is the cause.',
    action: 'Act on the causes, or ask with `partial: true` for what could be read.',
  },
  LOOKUP_INCOMPLETE: {
    retryable: false,
    retryableWhen: 'when one of the causes is',
    meaning:
      'The certificate was not found, and some of the instances in question could not be searched. `instances` names these with their causes.',
    action: 'Act on the causes in `instances`.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export interface CatalogueEntry {
  /** Whether sending the same operation again can help, unless the error says otherwise. */
  readonly retryable: boolean;
  /** For `docs/errors.md`: when to retry, if that depends on the case. */
  readonly retryableWhen?: string;
  readonly meaning: string;
  /** What the client can do. */
  readonly action: string;
}

export type ErrorCode = keyof typeof errorCatalogue;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
