import { LRUCache } from 'lru-cache';

/**
 * Calls that fail one after the other, repeats included, before a place is left alone. One that is answered starts the count anew.
 * With traffic ten are reached in no time; without, nobody should be kept away because of a handful.
 */
const FAILURES_TO_OPEN = 10;

/** Short at first: an instance that is back should not stay away because of us. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** Only failing ones are remembered, and callers can make up IDs. */
const MAX_CIRCUITS = 10_000;

export type Outcome =
  /** The instance answered, whatever it said. */
  | 'answered'
  /** It failed to. */
  | 'failed'
  /** The call ended before anything could be learnt. */
  | 'unknown';

export interface Circuits {
  /** May this caller ask there? */
  enter(place: string, callerKey: string): Entry;
  /** An attempt got no answer in time, whatever becomes of the call. */
  timedOut(place: string, callerKey: string): void;
  /** How many are open. */
  countOpen(): number;
}

export type Entry =
  | { readonly kind: 'closed' | 'probe'; leave(outcome: Outcome): void }
  /** `retryAfterMs`: when the next probe is due. */
  | { readonly kind: 'open'; readonly retryAfterMs: number };

interface Circuit {
  failures: number;
  pauseMs: number;
  openUntilMs: number;
  probing: boolean;
}

export interface CircuitDeps {
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  /** A circuit opened or closed. */
  readonly onChange?: (change: { readonly place: string; readonly open: boolean }) => void;
}

/**
 * One circuit per caller and place, which is an instance's list, or an endpoint for its certificates: a caller whose calls make the gateway hang, with a worthless token for one, keeps nobody else away.
 * With credentials of the service's own all are one caller. While a circuit is open, one single call at a time probes whether the instance
 * is back.
 */
export function createCircuits({ now = () => performance.now(), onChange = () => {} }: CircuitDeps = {}): Circuits {
  const circuits = new LRUCache<string, Circuit>({ max: MAX_CIRCUITS });

  return {
    enter(place, callerKey) {
      const key = `${callerKey} ${place}`;
      const circuit = circuits.get(key);
      if (circuit === undefined || circuit.failures < FAILURES_TO_OPEN) {
        return { kind: 'closed', leave: (outcome) => record(key, place, outcome) };
      }
      const pauseMs = circuit.openUntilMs - now();
      if (pauseMs > 0) return { kind: 'open', retryAfterMs: Math.ceil(pauseMs) };
      if (circuit.probing) return { kind: 'open', retryAfterMs: FIRST_PAUSE_MS };
      circuit.probing = true;
      return {
        kind: 'probe',
        leave(outcome) {
          circuit.probing = false;
          if (outcome === 'failed') pause(circuit);
          else record(key, place, outcome);
        },
      };
    },
    timedOut: (place, callerKey) => record(`${callerKey} ${place}`, place, 'failed'),
    countOpen: () =>
      circuits
        .values()
        .filter(({ failures }) => failures >= FAILURES_TO_OPEN)
        .reduce((count) => count + 1, 0),
  };

  function record(key: string, place: string, outcome: Outcome): void {
    const circuit = circuits.get(key);
    if (outcome === 'answered') {
      circuits.delete(key);
      if (circuit !== undefined && circuit.failures >= FAILURES_TO_OPEN) onChange({ place, open: false });
      return;
    }
    if (outcome === 'unknown') return;
    const failing = circuit ?? { failures: 0, pauseMs: FIRST_PAUSE_MS, openUntilMs: 0, probing: false };
    failing.failures++;
    circuits.set(key, failing);
    // Calls that were under way when it opened don't prolong the pause.
    if (failing.failures !== FAILURES_TO_OPEN) return;
    pause(failing);
    onChange({ place, open: true });
  }

  function pause(circuit: Circuit): void {
    circuit.openUntilMs = now() + circuit.pauseMs;
    circuit.pauseMs = Math.min(circuit.pauseMs * 2, MAX_PAUSE_MS);
  }
}
