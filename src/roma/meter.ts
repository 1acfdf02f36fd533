import type { Exchange } from '../net/Exchange.ts';
import type { Ask, Call, Reading } from './Endpoint.ts';

/** What the client reports to metrics. */
export interface RestMeter {
  /** One attempt ended. `outcome` is `ok`, an error code or `cancelled`; a bounded set. */
  request(outcome: string, seconds: number): void;
  /** A call told something of an instance: a list was read, or it answered something else, or it failed. */
  instance(instanceId: string, state: 'read' | 'answered' | 'failed'): void;
  /** A request to IAM ended. `outcome` as above. */
  login(outcome: string): void;
  /** An attempt is about to be repeated. */
  retry(): void;
  /** Once, when there is something to watch. Asked whenever metrics are. */
  watch?(state: UpstreamState): void;
  /** A row held a value that this service does not know; `field` is our own field name. */
  unknownValue(field: string): void;
}

export interface UpstreamState {
  /** Circuits that are open, each of one caller and one place. */
  openCircuits(): number;
  /** How old the service's own IAM token is. Undefined: there is none. */
  tokenAgeSeconds(): number | undefined;
}

/** Follows calls from around: each gets what does the work, and gives back what does the same. */
export interface CallTracer {
  /** A call with all its repeats. */
  call(call: Call<Ask, Reading>): Call<Ask, Reading>;
  /** One attempt of it, from asking for credentials to the decoded answer. */
  attempt(attempt: Call<Ask, Reading>): Call<Ask, Reading>;
  /** The HTTP request of an attempt. */
  exchange(exchange: Exchange): Exchange;
  /** A request to IAM. */
  login(exchange: Exchange): Exchange;
}
