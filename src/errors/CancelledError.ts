import { SubgraphError } from './SubgraphError.ts';

/** Work was aborted because no operation waits for its result. ROMA Connect did not cause it. */
export class CancelledError extends SubgraphError {
  constructor(message: string) {
    super('UPSTREAM_TIMEOUT', message);
  }

  /** Whether an error is one, or has one as its cause. */
  static isBehind(error: unknown): boolean {
    return error instanceof CancelledError || (error instanceof SubgraphError && error.cause instanceof CancelledError);
  }
}
