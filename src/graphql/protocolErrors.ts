/**
 * The codes of errors that arise before or around an operation rather than in it: Apollo Server's, and those of the HTTP edge.
 * None of them comes from ROMA Connect.
 */
export const protocolErrors = {
  GRAPHQL_PARSE_FAILED: {
    status: '200, 400',
    retryable: false,
    meaning: 'The document is no GraphQL, or has more tokens than allowed.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: '200, 400',
    retryable: false,
    meaning:
      'The document does not fit the schema, or goes beyond a limit: depth, aliases, root fields, directives, fragments.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: '200, 400',
    retryable: false,
    meaning: 'The document has several operations and `operationName` names none of them.',
  },
  BAD_REQUEST: {
    status: '400, 404, 405, 406, 408, 413, 415, 431',
    retryable: false,
    meaning: 'The HTTP request is none that GraphQL over HTTP knows, too large, or looks like cross-site request forgery.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: '200',
    retryable: false,
    meaning: 'No document is known under this hash: send it along once.',
  },
  SERVICE_UNAVAILABLE: {
    status: '503',
    retryable: true,
    meaning: 'The service has more work than it can do in time. `Retry-After` says when to come back.',
  },
  INTERNAL_SERVER_ERROR: {
    status: '200, 500',
    retryable: false,
    meaning:
      "A defect of this service. Its message is always the same; the cause is in the log, under the answer's `X-Request-Id`.",
  },
} as const satisfies Record<string, ProtocolError>;

export interface ProtocolError {
  /** The HTTP statuses that it comes with, for the reader. */
  readonly status: string;
  readonly retryable: boolean;
  readonly meaning: string;
}

export type ProtocolErrorCode = keyof typeof protocolErrors;

/** Of a request that is one of GraphQL, but can't be executed: the document or its variables are wrong. */
const REQUEST_ERRORS: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

export function isRequestError(code: string): boolean {
  return REQUEST_ERRORS.has(code);
}

export function isProtocolErrorCode(code: unknown): code is ProtocolErrorCode {
  return typeof code === 'string' && Object.hasOwn(protocolErrors, code);
}
