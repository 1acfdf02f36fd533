import { CancelledError } from '../errors/CancelledError.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { EndSignal } from './endSignal.ts';

/** The error for work that an aborted signal stopped: the signal's reason, if that is an error for clients. */
export function endOfOperation(signal: EndSignal): SubgraphError {
  const reason: unknown = signal.reason;
  if (reason instanceof SubgraphError) return reason;
  return new CancelledError('The operation ended before ROMA Connect answered.');
}
