import { abortable } from './abortable.ts';
import { endOfOperation } from './endOfOperation.ts';
import { type EndSignal, LightAbortController } from './endSignal.ts';

/** Work that several operations can wait for together. */
export interface SingleFlight<T> {
  /**
   * Joins the work in flight, or begins it. Rejects when the signal aborts. The work itself is aborted when the last operation that waits
   * for it leaves.
   */
  join(signal: EndSignal): Promise<T>;
  /** Begins the work, unless it is in flight, without an operation that waits. It is then not aborted. */
  ahead(): void;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: LightAbortController;
  waiting: number;
  keep: boolean;
}

export function createSingleFlight<T>(work: (signal: EndSignal) => Promise<T>): SingleFlight<T> {
  let current: Flight<T> | undefined;

  function begin(): Flight<T> {
    const controller = new LightAbortController();
    const flight: Flight<T> = { result: work(controller), controller, waiting: 0, keep: false };
    const done = () => {
      if (current === flight) current = undefined;
    };
    // Also handles a rejection that nobody waits for, which would end the process.
    flight.result.then(done, done);
    current = flight;
    return flight;
  }

  return {
    ahead() {
      current ??= begin();
      current.keep = true;
    },
    join(signal) {
      if (signal.aborted) return Promise.reject(endOfOperation(signal));
      current ??= begin();
      const flight = current;
      flight.waiting++;
      return abortable<T>(signal, (resolve, reject) => {
        flight.result.then(resolve, reject);
        return () => {
          flight.waiting--;
          if (flight.waiting > 0 || flight.keep) return;
          // The next operation must not join work that is being aborted.
          if (current === flight) current = undefined;
          flight.controller.abort(signal.reason);
        };
      });
    },
  };
}
