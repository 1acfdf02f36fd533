import type { Caller } from '../certificates/operation.ts';
import type { EndSignal } from '../net/endSignal.ts';

/** Makes the headers with the current credentials for one attempt. */
export interface Credentials {
  /**
   * Rejects with a SubgraphError when there are no credentials to send: then no call is made. `signal` ends this operation's wait for a
   * token that is being fetched, and no other operation's.
   */
  authorize(request: SignableRequest, caller: Caller, signal: EndSignal): Promise<Authorization>;
  /** Of a token that was fetched for the service: how old it is, in milliseconds. Undefined: there is none. */
  tokenAgeMs?(): number | undefined;
}

/** The parts of a request that are signed. */
export interface SignableRequest {
  readonly method: string;
  /** As in the `Host` header: without the scheme's default port. */
  readonly host: string;
  /** Not encoded. */
  readonly path: string;
  /** Not encoded. */
  readonly query: readonly QueryParameter[];
}

export type QueryParameter = readonly [name: string, value: string];

export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** Secrets in the headers, or used to make them. They must not appear in an error message. */
  readonly secrets: readonly string[];
  /** Called when ROMA Connect answered with what was asked for, so it accepted the credentials. */
  accepted?(): void;
  /** Called when ROMA Connect refused the credentials. True when the call should be retried at once with new ones. */
  refused?(): boolean;
}
