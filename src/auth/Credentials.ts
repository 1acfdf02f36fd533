import type { Caller } from '../certificates/operation.ts';
import type { EndSignal } from '../net/endSignal.ts';

/** Turns the credentials in force into headers for one attempt. */
export interface Credentials {
  /**
   * Rejects with a SubgraphError when there is nothing to send: then no call is made. `signal` ends the wait for a token that is being
   * fetched; other waiting operations are not disturbed.
   */
  authorize(request: SignableRequest, caller: Caller, signal: EndSignal): Promise<Authorization>;
  /** Of a token that was fetched for the service: how old it is, in milliseconds. Undefined: there is none. */
  tokenAgeMs?(): number | undefined;
}

/** What of a request goes into its signature. */
export interface SignableRequest {
  readonly method: string;
  /** Host and, unless it is the scheme's own, port: as in the `Host` header. */
  readonly host: string;
  /** Not encoded. */
  readonly path: string;
  /** Not encoded. */
  readonly query: readonly QueryParameter[];
}

export type QueryParameter = readonly [name: string, value: string];

export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** Everything in (or behind) the headers that must not come back in an error message. */
  readonly secrets: readonly string[];
  /** ROMA Connect accepted the credentials, whatever else it answered. */
  accepted?(): void;
  /** ROMA Connect did not accept them. True when it makes sense to repeat the call at once, with other ones. */
  refused?(): boolean;
}
