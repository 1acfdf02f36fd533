import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts';
import { isProtocolErrorCode, type ProtocolErrorCode, protocolErrors } from '../graphql/protocolErrors.ts';

/** The answer to a request that fails before GraphQL sees it: an error in the shape that GraphQL clients read. */
export function toErrorBody(code: ProtocolErrorCode | ErrorCode, message: string): string {
  const { retryable } = isProtocolErrorCode(code) ? protocolErrors[code] : errorCatalogue[code];
  return JSON.stringify({ errors: [{ message, extensions: { code, retryable } }] });
}
