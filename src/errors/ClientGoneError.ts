import { CancelledError } from './CancelledError.ts';
import type { SubgraphError } from './SubgraphError.ts';

/** The client has left. No client sees this error, and ROMA Connect did not cause it. */
export class ClientGoneError extends CancelledError {
  constructor() {
    super('The client went away before ROMA Connect answered.');
  }

  /** Whether an error is one, or has one as its cause. */
  static override isBehind(error: SubgraphError): boolean {
    return error instanceof ClientGoneError || error.cause instanceof ClientGoneError;
  }
}
