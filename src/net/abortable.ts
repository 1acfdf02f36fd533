import { endOfOperation } from './endOfOperation.ts';
import type { EndSignal } from './endSignal.ts';

/**
 * Waits for what `begin` begins. When the signal aborts first, it rejects with the end of the operation, and calls what `begin` returned,
 * which gives up.
 */
export function abortable<T>(
  signal: EndSignal,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      giveUp();
      reject(endOfOperation(signal));
    };
    const stopListening = (): void => signal.removeEventListener('abort', leave);
    signal.addEventListener('abort', leave);
    const giveUp = begin(
      (value) => {
        stopListening();
        resolve(value);
      },
      (error) => {
        stopListening();
        reject(error);
      },
    );
    if (signal.aborted) leave();
  });
}
