import { LRUCache } from 'lru-cache';

/**
 * A circuit opens after this many failed calls in a row. An answered call resets the count. With traffic, ten are reached at once; without
 * traffic, fewer failures should not open it.
 */
const FAILURES_TO_OPEN = 10;

/** How long a circuit stays open: short at first, so that an instance that is back is used soon. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** Nobody has asked for an open circuit for so long after its pause: its caller has gone, and it no longer counts as open. */
const LEFT_AFTER_MS = 60_000;

/** Only circuits with failures are kept. Bounded, because callers can make up IDs. */
const MAX_CIRCUITS = 10_000;

export type Outcome =
  /** The instance answered, with any result but a failure of its own. */
  | 'answered'
  /** The call failed. */
  | 'failed'
  /** The call ended before its result was known. */
  | 'unknown';

export interface Circuits {
  /** Whether this caller may make a call there. */
  enter(place: string, callerKey: string): Entry;
  /** An attempt timed out. The call may still succeed. */
  timedOut(place: string, callerKey: string): void;
  /** How many are open, of those that somebody still asks for. */
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
 * One circuit per caller and place. A place is an instance's list, or an endpoint for its certificates. So a caller whose calls make the
 * gateway hang, for example with an invalid token, does not open the circuit of others. With the service's own credentials all operations
 * are one caller. After the pause one call at a time probes whether the instance is back (half-open).
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
    countOpen() {
      let count = 0;
      for (const { failures, openUntilMs } of circuits.values()) {
        if (failures >= FAILURES_TO_OPEN && now() < openUntilMs + LEFT_AFTER_MS) count++;
      }
      return count;
    },
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
    // Calls that were in flight when the circuit opened don't prolong the pause.
    if (failing.failures !== FAILURES_TO_OPEN) return;
    pause(failing);
    onChange({ place, open: true });
  }

  function pause(circuit: Circuit): void {
    circuit.openUntilMs = now() + circuit.pauseMs;
    circuit.pauseMs = Math.min(circuit.pauseMs * 2, MAX_PAUSE_MS);
  }
}
