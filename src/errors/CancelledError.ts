import { SubgraphError } from './SubgraphError.ts';

/** Work ended because nobody waits for its result any more. It says nothing about ROMA Connect. */
export class CancelledError extends SubgraphError {
  constructor(message: string) {
    super('UPSTREAM_TIMEOUT', message);
  }

  /** Whether it is one, or was made of one. */
  static isBehind(error: unknown): boolean {
    return error instanceof CancelledError || (error instanceof SubgraphError && error.cause instanceof CancelledError);
  }
}
