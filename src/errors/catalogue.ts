/**
 * Every `extensions.code` that this service's own errors carry. The compiler refuses a code that is not listed here, and
 * `docs/errors.md` is printed from it.
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
      'No token (then no call was made), a token that ROMA Connect does not accept, or one that ended (401, ROMA.1000, ROMA.1002).',
    action:
      "Send a valid token in `X-Auth-Token`. With `ROMA_AUTH` other than `passthrough` the token or key is this service's own: tell its operators.",
  },
  FORBIDDEN: {
    retryable: false,
    meaning:
      'The credentials may not do this (403, APIG.1005, ROMA.1006), or the account is frozen or in arrears (APIG.1012, APIG.1013).',
    action: 'Ask for the permission, or settle the account; a new token does not help.',
  },
  NOT_FOUND: {
    retryable: false,
    meaning: 'ROMA Connect knows no such instance (404 APIG.3030).',
    action: 'Check the instance ID.',
  },
  UPSTREAM_ERROR: {
    retryable: false,
    retryableWhen: 'when ROMA Connect itself failed',
    meaning:
      'ROMA Connect failed (5xx), or refused what this service sent (any other 4xx: wrong host or path, too large), or IAM refused the credentials of this service.',
    action: 'Retry later when `retryable`; otherwise tell the operators, with `upstream.requestId`.',
  },
  UPSTREAM_RATE_LIMITED: {
    retryable: true,
    meaning: 'ROMA Connect throttles (429, or 500 APIG.9008).',
    action: 'Retry after `retryAfterMs` milliseconds when given, else with back-off.',
  },
  UPSTREAM_UNAVAILABLE: {
    retryable: true,
    retryableWhen: 'unless the TLS settings of the two sides do not agree',
    meaning:
      'ROMA Connect could not be reached: connection refused or reset, name not resolved, TLS certificate not accepted, its circuit is open, or too many calls wait for it.',
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
      'ROMA Connect sent what is no answer to what was asked: a redirect, no content, no JSON, a wrong shape, too much, a list that ends before its own total or that changes too fast to be read.',
    action: 'Retry later; tell the operators when it persists.',
  },
  REQUEST_LIMIT_EXCEEDED: {
    retryable: false,
    meaning: 'The operation asks for more REST calls, entities or rows than this service allows one operation.',
    action: 'Ask for less at once: smaller pages, fewer aliases or representations.',
  },
  CURSOR_INVALID: {
    retryable: false,
    meaning: 'The cursor is none of this service, or belongs to another instance, filter or order.',
    action: 'Use a cursor only with the arguments that it came with.',
  },
  CURSOR_STALE: {
    retryable: false,
    meaning: 'All certificates that the cursor remembers are gone, so its place in the list is unknown.',
    action: 'Start again from the first page.',
  },
  LIST_INCOMPLETE: {
    retryable: false,
    retryableWhen: 'when one of the causes is',
    meaning:
      'A list over all instances lacks some of them. `instances` names them with their causes; it is empty, and `discovery` the cause, when ROMA Connect did not tell which instances there are.',
    action: 'Act on the causes, or ask with `partial: true` for what could be read.',
  },
  LOOKUP_INCOMPLETE: {
    retryable: false,
    retryableWhen: 'when one of the causes is',
    meaning:
      'The certificate was not found, and not every instance in question could be searched. `instances` names the others with their causes.',
    action: 'Act on the causes in `instances`.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export interface CatalogueEntry {
  /** Whether sending the same operation again can help, unless the error says otherwise. */
  readonly retryable: boolean;
  /** When it is up to the case: which, for the reader. */
  readonly retryableWhen?: string;
  readonly meaning: string;
  /** What the client can do. */
  readonly action: string;
}

export type ErrorCode = keyof typeof errorCatalogue;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
