import { endOfOperation } from './endOfOperation.ts';
import { type EndSignal, LightAbortController } from './endSignal.ts';

/** One piece of work that any number of operations can wait for. */
export interface SingleFlight<T> {
  /**
   * Joins the work under way, or begins it. Rejects when the signal aborts; the work itself ends only when the last one who waits for it
   * leaves.
   */
  join(signal: EndSignal): Promise<T>;
  /** Begins the work, unless it is under way, with nobody waiting for it; it runs to its end. */
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
    // Also keeps a failure that nobody waits for from ending the process.
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
      return new Promise<T>((resolve, reject) => {
        const leave = () => {
          signal.removeEventListener('abort', onAbort);
          flight.waiting--;
        };
        const onAbort = () => {
          leave();
          reject(endOfOperation(signal));
          if (flight.waiting > 0 || flight.keep) return;
          // Whoever comes next begins anew rather than join what is being ended.
          if (current === flight) current = undefined;
          flight.controller.abort(signal.reason);
        };
        signal.addEventListener('abort', onAbort);
        flight.result.then(
          (result) => {
            leave();
            resolve(result);
          },
          (error: unknown) => {
            leave();
            reject(error);
          },
        );
      });
    },
  };
}
