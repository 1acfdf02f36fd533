import { SubgraphError } from '../errors/SubgraphError.ts';

/**
 * ROMA Connect refused a token of this service, which has been replaced since: the same call may succeed with the new token. Clients see
 * UNAUTHENTICATED.
 */
export class RefusedTokenError extends SubgraphError {
  constructor({ message, extensions }: SubgraphError) {
    super('UNAUTHENTICATED', message, extensions);
  }
}
