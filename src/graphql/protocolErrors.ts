/**
 * The codes of errors outside of an operation: those of Apollo Server, and those of the HTTP server. None of them comes from
 * ROMA Connect.
 */
export const protocolErrors = {
  GRAPHQL_PARSE_FAILED: {
    status: '200, 400',
    retryable: false,
    meaning: 'The document is not valid GraphQL, or has more tokens than allowed.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: '200, 400',
    retryable: false,
    meaning: 'The document does not fit the schema, or exceeds a limit: depth, aliases, root fields, directives, fragments.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: '200, 400',
    retryable: false,
    meaning: 'The document has several operations and `operationName` names none of them.',
  },
  BAD_REQUEST: {
    status: '400, 404, 405, 406, 408, 413, 415, 431',
    retryable: false,
    meaning: 'The HTTP request is not one of GraphQL over HTTP, is too large, or could be cross-site request forgery.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: '200',
    retryable: false,
    meaning: 'The service does not know a document with this hash: send the document with the hash once.',
  },
  SERVICE_UNAVAILABLE: {
    status: '503',
    retryable: true,
    meaning: 'The service is overloaded. `Retry-After` says when to try again.',
  },
  INTERNAL_SERVER_ERROR: {
    status: '200, 500',
    retryable: false,
    meaning:
      "A defect of this service. Its message tells no details; the cause is in the log, under the answer's `X-Request-Id`.",
  },
} as const satisfies Record<string, ProtocolError>;

export interface ProtocolError {
  /** For `docs/errors.md`: the HTTP statuses of answers with this code. */
  readonly status: string;
  readonly retryable: boolean;
  readonly meaning: string;
}

export type ProtocolErrorCode = keyof typeof protocolErrors;

/** Codes of request errors: the request is well-formed, but its document or its variables are wrong. */
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
