import { SubgraphError } from '../errors/SubgraphError.ts';

/**
 * ROMA Connect refused a token of this service's own that is not used any more since: the same call with the next token may succeed.
 * To clients it is what it was before, UNAUTHENTICATED.
 */
export class RefusedTokenError extends SubgraphError {
  constructor({ message, extensions }: SubgraphError) {
    super('UNAUTHENTICATED', message, extensions);
  }
}
