import { endOfOperation } from '../../net/endOfOperation.ts';
import type { EndSignal } from '../../net/endSignal.ts';

/** Rejects when the signal aborts. */
export function sleep(ms: number, signal: EndSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    const leave = (): void => {
      clearTimeout(timer);
      reject(endOfOperation(signal));
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
  });
}
