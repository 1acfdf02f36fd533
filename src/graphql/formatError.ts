import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { isProtocolErrorCode, protocolErrors } from './protocolErrors.ts';

/**
 * The one place that decides what a client sees of an error. Our own errors and those about the request are shown; of anything else,
 * which is a defect, a client learns nothing but that it happened.
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

/** Suggestions tell the schema, which production keeps to itself. Apollo Server takes them out of validation errors only. */
export function withoutSuggestions(format: typeof formatError): typeof formatError {
  return (formatted, error) => {
    const shown = format(formatted, error);
    return { ...shown, message: shown.message.replace(/ ?Did you mean .*\?$/s, '') };
  };
}

/** What graphql-js says of a document whose equal fields are too many to be compared with each other. */
const clearer: Readonly<Record<string, string>> = {
  'Validation aborted.': 'The document repeats too many fields to be checked: send each once, or in several operations.',
};

/** Whether an error is a defect of this service: to be logged with its stack, and not to be shown. */
export function isUnexpected(error: unknown): boolean {
  return toShown(error) === null;
}

/** The extensions that a client sees, or null when the error is to be masked. */
function toShown(error: unknown): Record<string, unknown> | null {
  const original = unwrap(error);
  if (original instanceof SubgraphError) return { ...original.extensions };
  if (!(error instanceof GraphQLError)) return null;
  const { code, http, ...extensions } = (error.extensions ?? {}) as Record<string, unknown>;
  // An error of ours that was made into a GraphQLError on the way, as the scalars do.
  if (typeof code === 'string' && typeof extensions['retryable'] === 'boolean') return { code, ...extensions };
  if (code === 'BAD_USER_INPUT') return { code, retryable: false };
  if (code !== 'INTERNAL_SERVER_ERROR' && isProtocolErrorCode(code)) return { code, retryable: protocolErrors[code].retryable };
  // graphql-js refuses a null variable for a non-null argument only when the field runs, and gives that no code.
  if (original instanceof GraphQLError && original.message.startsWith('Argument "'))
    return { code: 'BAD_USER_INPUT', retryable: false };
  // Apollo Server refuses a few requests (persisted queries of a wrong version or hash) with a status alone.
  const status = (http as { status?: unknown } | undefined)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500) return { code: 'BAD_REQUEST', retryable: false };
  return null;
}

/** What was thrown, below the GraphQLErrors that graphql-js and Apollo Server put around it. */
function unwrap(error: unknown): unknown {
  const original = unwrapResolverError(error);
  if (original instanceof GraphQLError && original.originalError instanceof SubgraphError) return original.originalError;
  return original;
}
