import type { Exchange } from '../net/Exchange.ts';
import type { Ask, Call, Reading } from './Endpoint.ts';

/** Measurements of calls to ROMA Connect and IAM. */
export interface RestMeter {
  /** One attempt ended. `outcome` is `ok`, an error code or `cancelled`; a bounded set. */
  request(outcome: string, seconds: number): void;
  /** The result of a call to an instance: its list was read, it answered something else, or it failed. */
  instance(instanceId: string, state: 'read' | 'answered' | 'failed'): void;
  /** A request to IAM ended. `outcome` as above. */
  login(outcome: string): void;
  /** An attempt is about to be retried. */
  retry(): void;
  /** Once, when there is something to watch. Asked whenever metrics are. */
  watch?(state: UpstreamState): void;
  /** A row held a value that this service does not know; `field` is our name of the field. */
  unknownValue(field: string): void;
}

export interface UpstreamState {
  /** Circuit breakers that are open, each of one caller and one place. */
  openCircuits(): number;
  /** How old the service's own IAM token is. Undefined: there is none. */
  tokenAgeSeconds(): number | undefined;
}

/** Traces calls: each method wraps a function and returns one of the same type. */
export interface CallTracer {
  /** A call with all its attempts. */
  call(call: Call<Ask, Reading>): Call<Ask, Reading>;
  /** One attempt of it, from asking for credentials to the decoded answer. */
  attempt(attempt: Call<Ask, Reading>): Call<Ask, Reading>;
  /** The HTTP request of an attempt. */
  exchange(exchange: Exchange): Exchange;
  /** A request to IAM. */
  login(exchange: Exchange): Exchange;
}
