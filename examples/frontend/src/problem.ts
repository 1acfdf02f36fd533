import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

/** An error for the person in front of the page. */
export interface Problem {
  readonly code: string;
  /** What the service said: it knows best what happened. */
  readonly message: string;
  readonly advice: string;
  /** Whether the same again may work. */
  readonly retryable: boolean;
  /** What the people who run the service want to know. */
  readonly requestId?: string;
  /** The instances that caused it, where it has several causes. */
  readonly causes: readonly Cause[];
}

export interface Cause {
  readonly instanceId: string;
  readonly code: string;
  readonly upstream?: { readonly errorMessage?: string };
}

/** An error as GraphQL carries it. */
export interface ErrorSaid {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Extensions | undefined;
}

interface Extensions {
  readonly code?: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly upstream?: { readonly requestId?: string };
  readonly instances?: readonly Cause[];
}

/** What only the reader can do, by `extensions.code`. */
const ADVICE: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'Enter a new IAM token under “Token”.',
  FORBIDDEN: 'Ask the owner of the account for the permission: a new token does not help.',
  NOT_FOUND: 'Pick another instance.',
  CURSOR_STALE: 'Load the list anew.',
  REQUEST_LIMIT_EXCEEDED: 'Ask for less at once: pick one instance.',
};

export function toAdvice(code: string, retryable: boolean, retryAfterMs = 0): string {
  if (!retryable) return ADVICE[code] ?? 'Trying again does not help: tell the people who run this service.';
  const wait = retryAfterMs > 0 ? `in ${Math.ceil(retryAfterMs / 1000)} s` : 'in a moment';
  return `Try again ${wait}. If it goes on, tell the people who run this service.`;
}

export function toProblem(error: unknown): Problem {
  const [said] = errorsOf(error);
  if (said !== undefined) return fromService(said);
  // Nothing came from the service, so this is what the browser knows.
  const message = `The service cannot be reached: ${error instanceof Error ? error.message : String(error)}`;
  return { code: 'NETWORK', message, advice: 'Check your connection, then try again.', retryable: true, causes: [] };
}

export function fromService({ message, extensions = {} }: ErrorSaid): Problem {
  const { code = 'UNKNOWN', retryable = false, retryAfterMs, upstream, instances = [] } = extensions;
  return {
    code,
    message,
    advice: toAdvice(code, retryable, retryAfterMs),
    // A new walk through the list is not the same again.
    retryable: retryable || code === 'CURSOR_STALE',
    ...(upstream?.requestId !== undefined && { requestId: upstream.requestId }),
    causes: instances,
  };
}

/** The errors that the service sent, also those with an HTTP status such as 503. */
export function errorsOf(error: unknown): readonly ErrorSaid[] {
  if (CombinedGraphQLErrors.is(error)) return error.errors;
  if (!ServerError.is(error)) return [];
  try {
    return (JSON.parse(error.bodyText) as { errors?: readonly ErrorSaid[] }).errors ?? [];
  } catch {
    // A page of a proxy.
    return [];
  }
}
