import type { EndSignal } from '../net/endSignal.ts';

/** What belongs to one GraphQL operation and goes along with everything done for it. */
export interface Operation {
  readonly caller: Caller;
  /** Aborts at the operation's deadline or when its client goes away; the reason is what its error says. */
  readonly signal: EndSignal;
  /** The end of the operation's time, in milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly budget: CallBudget;
  /** Nobody waits for it: its calls are not repeated. Default: somebody does. */
  readonly isBackground?: boolean;
}

/** How many REST calls an operation may still cause; attempts count, reused answers do not. */
export interface CallBudget {
  readonly remaining: number;
  /** Takes one call; throws REQUEST_LIMIT_EXCEEDED when none is left. */
  spend(): void;
}

/** Whose credentials an operation uses. Without a token in `passthrough` mode nothing can be asked. */
export interface Caller {
  /** The caller's `X-Auth-Token`, if one was sent. Secret: never logged, never part of an error. */
  readonly token?: string;
  /** Tells callers apart without holding their credentials: a keyed hash. Safe in cache keys. */
  readonly key: string;
}
