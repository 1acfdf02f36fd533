import { CancelledError } from './CancelledError.ts';
import type { SubgraphError } from './SubgraphError.ts';

/** Nobody waits for the answer any more. No client sees it, and nothing is wrong upstream. */
export class ClientGoneError extends CancelledError {
  constructor() {
    super('The client went away before ROMA Connect answered.');
  }

  /** Whether it is one, or was made of one. */
  static override isBehind(error: SubgraphError): boolean {
    return error instanceof ClientGoneError || error.cause instanceof ClientGoneError;
  }
}
