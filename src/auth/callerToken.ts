import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Authorization, Credentials } from './Credentials.ts';
import { isPossibleToken } from './token.ts';

/** The caller's own `X-Auth-Token` goes upstream; `fallbackToken` when the caller sends none. */
export function createCallerToken(fallbackToken?: string): Credentials {
  return {
    async authorize(_request, caller) {
      const token = caller.token ?? fallbackToken;
      if (token === undefined || token === '') {
        throw new SubgraphError('UNAUTHENTICATED', 'Send X-Auth-Token: an IAM token for the project.');
      }
      if (!isPossibleToken(token)) {
        throw new SubgraphError(
          'UNAUTHENTICATED',
          'X-Auth-Token holds no token: it is too long, or has blanks or special characters.',
        );
      }
      return toAuthorization(token);
    },
  };
}

/** One token, set from outside, for all callers. */
export function createFixedToken(token: string): Credentials {
  const authorization = toAuthorization(token);
  return { authorize: async () => authorization };
}

function toAuthorization(token: string): Authorization {
  return { headers: { 'x-auth-token': token }, secrets: [token] };
}
