import type { CallReport, CallSummary, RecordedCall } from './RecordedCall.ts';

export type NewCall = Omit<RecordedCall, 'number' | 'attempt' | 'status' | 'errorCode' | 'rows' | 'outcome'>;
type OpenCall = { -readonly [Key in keyof RecordedCall]: RecordedCall[Key] };

const MAX_KEPT_CALLS = 10_000;
/** Different requests whose attempts are counted; the count starts over with more, which only a load test has. */
const MAX_KEPT_REQUESTS = 50_000;

/** Records each request, and counts since the last clear. Bounded, so that a load test may run for hours. */
export class CallLog {
  #calls: OpenCall[] = [];
  #attempts = new Map<string, number>();
  #counts = new Counts();
  #number = 0;
  #inFlight = 0;
  #maxInFlight = 0;

  begin(noted: NewCall): OpenCall {
    this.#number += 1;
    const call: OpenCall = {
      ...noted,
      number: this.#number,
      attempt: this.#countAttempt(`${noted.caller} ${noted.method} ${noted.url}`),
      status: null,
      errorCode: null,
      rows: null,
      outcome: 'open',
    };
    this.#calls.push(call);
    // Cut in large steps: shifting the array at every call would cost more than all the rest.
    if (this.#calls.length >= 2 * MAX_KEPT_CALLS) this.#calls = this.#calls.slice(-MAX_KEPT_CALLS);
    this.#counts.begin(call);
    if (call.path === 'list') {
      this.#inFlight += 1;
      this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
    }
    return call;
  }

  end(call: OpenCall, outcome: RecordedCall['outcome']): void {
    call.outcome = outcome;
    this.#counts.end(call);
    if (call.path === 'list') this.#inFlight -= 1;
  }

  /** Calls in flight remain counted as such. */
  clear(): void {
    this.#calls = [];
    this.#attempts = new Map();
    this.#counts = new Counts();
    this.#number = 0;
    this.#maxInFlight = this.#inFlight;
  }

  report(): CallReport {
    const calls = this.#calls.slice(-MAX_KEPT_CALLS).map((call) => ({ ...call }));
    return { ...this.#counts.toSummary(), inFlight: this.#inFlight, maxInFlight: this.#maxInFlight, calls };
  }

  #countAttempt(request: string): number {
    if (this.#attempts.size >= MAX_KEPT_REQUESTS) this.#attempts.clear();
    const attempt = (this.#attempts.get(request) ?? 0) + 1;
    this.#attempts.set(request, attempt);
    return attempt;
  }
}

class Counts {
  #total = 0;
  #repeated = 0;
  #clientsGone = 0;
  #iamCalls = 0;
  #otherCalls = 0;
  readonly #byInstance = new Map<string, number>();
  readonly #byCaller = new Map<string, number>();
  readonly #byInstanceAndCaller = new Map<string, number>();
  readonly #byEndpoint = new Map<string, number>();
  readonly #byStatus = new Map<string, number>();

  begin(call: OpenCall): void {
    count(this.#byEndpoint, call.path);
    if (call.path === 'iam') this.#iamCalls += 1;
    if (call.path === 'other') this.#otherCalls += 1;
    if (call.path !== 'list') return;
    const instanceId = call.instanceId ?? 'none';
    this.#total += 1;
    if (call.attempt > 1) this.#repeated += 1;
    count(this.#byInstance, instanceId);
    count(this.#byCaller, call.caller);
    count(this.#byInstanceAndCaller, `${instanceId} ${call.caller}`);
  }

  end(call: OpenCall): void {
    if (call.path !== 'list') return;
    if (call.outcome === 'gone') this.#clientsGone += 1;
    if (call.status !== null) count(this.#byStatus, String(call.status));
  }

  toSummary(): Omit<CallSummary, 'inFlight' | 'maxInFlight'> {
    return {
      total: this.#total,
      byInstance: Object.fromEntries(this.#byInstance),
      byCaller: Object.fromEntries(this.#byCaller),
      byInstanceAndCaller: Object.fromEntries(this.#byInstanceAndCaller),
      byStatus: Object.fromEntries(this.#byStatus),
      byEndpoint: Object.fromEntries(this.#byEndpoint),
      repeated: this.#repeated,
      clientsGone: this.#clientsGone,
      iamCalls: this.#iamCalls,
      otherCalls: this.#otherCalls,
    };
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
