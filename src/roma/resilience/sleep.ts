import { abortable } from '../../net/abortable.ts';
import type { EndSignal } from '../../net/endSignal.ts';

/** Rejects when the signal aborts. */
export function sleep(ms: number, signal: EndSignal): Promise<void> {
  return abortable<void>(signal, (resolve) => {
    const timer = setTimeout(resolve, ms);
    return () => clearTimeout(timer);
  });
}
