import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

/** An error in words for the person in front of the page. */
export interface Problem {
  readonly code: string;
  readonly title: string;
  /** What can be done about it, by whom. */
  readonly advice: string;
  /** Whether the same again may work. */
  readonly retryable: boolean;
  /** What the people who run the service want to know. */
  readonly requestId?: string;
}

type Words = Pick<Problem, 'title' | 'advice'>;

const LATER: Words = {
  title: 'ROMA Connect cannot be reached right now',
  advice: 'Nothing is wrong with what you asked for. Try again in a moment.',
};

/** By `extensions.code`. The codes of what only a programmer can get wrong are left to the fallback. */
const WORDS: Readonly<Record<string, Words>> = {
  UNAUTHENTICATED: {
    title: 'Your token is missing or has ended',
    advice: 'Get a new IAM token for the project, and enter it under “Connection”.',
  },
  FORBIDDEN: {
    title: 'You may not list these certificates',
    advice: 'A new token does not help: ask the owner of the account for the permission, or whether the account is frozen.',
  },
  NOT_FOUND: {
    title: 'There is no such instance',
    advice: 'Compare the instance ID under “Connection” with the one in the console of ROMA Connect.',
  },
  BAD_USER_INPUT: {
    title: 'ROMA Connect does not accept what you entered',
    advice: 'Change the instance ID or the conditions.',
  },
  CURSOR_STALE: {
    title: 'The list has changed too much meanwhile',
    advice: 'The certificates around this place are gone. Load the list anew.',
  },
  REQUEST_LIMIT_EXCEEDED: {
    title: 'That is too much at once',
    advice: 'Narrow the list down with conditions, or leave the order to ROMA Connect.',
  },
  UPSTREAM_RATE_LIMITED: {
    title: 'ROMA Connect is asked too often',
    advice: 'Try again in a moment.',
  },
  UPSTREAM_UNAVAILABLE: LATER,
  UPSTREAM_TIMEOUT: LATER,
  SERVICE_UNAVAILABLE: LATER,
  UPSTREAM_ERROR: {
    title: 'ROMA Connect failed',
    advice: 'If it goes on, tell the people who run this service, with the request ID.',
  },
  UPSTREAM_INVALID_RESPONSE: {
    title: 'ROMA Connect gave an answer that makes no sense',
    advice: 'Try again; if it goes on, tell the people who run this service, with the request ID.',
  },
  NETWORK: {
    title: 'The service cannot be reached',
    advice: 'Check your connection, then try again.',
  },
};

interface Extensions {
  readonly code?: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly upstream?: { readonly requestId?: string };
}

export function toProblem(error: unknown): Problem {
  if (!CombinedGraphQLErrors.is(error)) return toNetworkProblem(error);
  const [first] = error.errors;
  const { code = 'UNKNOWN', retryable = false, retryAfterMs, upstream }: Extensions = first?.extensions ?? {};
  const { title, advice } = WORDS[code] ?? { title: 'Something went wrong', advice: first?.message ?? '' };
  const wait = retryAfterMs === undefined ? '' : ` Wait ${Math.ceil(retryAfterMs / 1000)} s.`;
  return {
    code,
    title,
    advice: advice + wait,
    // A new walk through the list is not the same again.
    retryable: retryable || code === 'CURSOR_STALE',
    ...(upstream?.requestId !== undefined && { requestId: upstream.requestId }),
  };
}

function toNetworkProblem(error: unknown): Problem {
  const code = ServerError.is(error) && error.statusCode === 503 ? 'SERVICE_UNAVAILABLE' : 'NETWORK';
  const { title, advice } = WORDS[code] ?? LATER;
  return { code, title, advice, retryable: true };
}
