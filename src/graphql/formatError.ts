import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { isProtocolErrorCode, protocolErrors } from './protocolErrors.ts';

/**
 * Decides what clients see of an error. Errors of this service, and errors about the request, are shown. Any other error is a defect: it is
 * masked as INTERNAL_SERVER_ERROR.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { message, locations, path } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const shown = toShown(error);
  if (shown === null) {
    return { message: 'Internal server error', ...place, extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false } };
  }
  return { message: clearer[message] ?? message, ...place, extensions: shown };
}

/** Suggestions reveal the schema, which production does not show. Apollo Server removes them from validation errors only. */
export function withoutSuggestions(format: typeof formatError): typeof formatError {
  return (formatted, error) => {
    const shown = format(formatted, error);
    return { ...shown, message: shown.message.replace(/ ?Did you mean .*\?$/s, '') };
  };
}

/** The error of graphql-js for a document with too many equal fields to compare. */
const clearer: Readonly<Record<string, string>> = {
  'Validation aborted.': 'The document repeats too many fields to be checked: send each once, or in several operations.',
};

/** Whether an error is a defect of this service, which is logged with its stack and masked. */
export function isUnexpected(error: unknown): boolean {
  return toShown(error) === null;
}

/** The extensions that clients see. Null: the error is masked. */
function toShown(error: unknown): Record<string, unknown> | null {
  const original = unwrap(error);
  if (original instanceof SubgraphError) return { ...original.extensions };
  if (!(error instanceof GraphQLError)) return null;
  const { code, http, ...extensions } = (error.extensions ?? {}) as Record<string, unknown>;
  // A SubgraphError that was wrapped in a GraphQLError, as scalars do.
  if (typeof code === 'string' && typeof extensions['retryable'] === 'boolean') return { code, ...extensions };
  if (code === 'BAD_USER_INPUT') return { code, retryable: false };
  if (code !== 'INTERNAL_SERVER_ERROR' && isProtocolErrorCode(code)) return { code, retryable: protocolErrors[code].retryable };
  // graphql-js refuses a null variable for a non-null argument when the field is executed, without a code.
  if (original instanceof GraphQLError && original.message.startsWith('Argument "'))
    return { code: 'BAD_USER_INPUT', retryable: false };
  // Apollo Server refuses persisted queries of a wrong version or hash with a status, without a code.
  const status = (http as { status?: unknown } | undefined)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500) return { code: 'BAD_REQUEST', retryable: false };
  return null;
}

/** The error that was thrown, without the GraphQLErrors that graphql-js and Apollo Server wrap around it. */
function unwrap(error: unknown): unknown {
  const original = unwrapResolverError(error);
  if (original instanceof GraphQLError && original.originalError instanceof SubgraphError) return original.originalError;
  return original;
}
