import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts';
import { isProtocolErrorCode, type ProtocolErrorCode, protocolErrors } from '../graphql/protocolErrors.ts';

/** What the HTTP edge answers when GraphQL never saw the request: an error in the shape that a GraphQL client reads. */
export function toErrorBody(code: ProtocolErrorCode | ErrorCode, message: string): string {
  const { retryable } = isProtocolErrorCode(code) ? protocolErrors[code] : errorCatalogue[code];
  return JSON.stringify({ errors: [{ message, extensions: { code, retryable } }] });
}
