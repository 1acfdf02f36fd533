import type { Operation } from '../certificates/operation.ts';
import type { SubgraphError } from '../errors/SubgraphError.ts';
import type { RestRequest } from './request.ts';

/** An answer of ROMA Connect, decoded. */
export interface Reading {
  /** When it was requested, in milliseconds since the epoch. Later changes may be missing from it. */
  readonly readAtMs: number;
  /** Set on stale answers (stale-if-error): the failure of the call for a newer one. */
  readonly staleBecause?: SubgraphError;
  /** The same bytes came before, so its rows are the ones that were decoded then. */
  readonly isKnown?: boolean;
}

/**
 * What is particular to one endpoint of ROMA Connect. Credentials, retries, pace, bulkheads, circuit breakers, errors, reuse, metrics and
 * traces are written once, for all endpoints.
 */
export interface Endpoint<Query, Answer extends Reading> {
  /** Unique; part of cache keys and spans. */
  readonly name: string;
  /** The path template of the API reference, for spans. */
  readonly template: string;
  /** The name of a valid answer, as the end of "the answer is not …". */
  readonly noun: string;
  /** Throws BAD_USER_INPUT when a value cannot be part of a URL. */
  request(projectId: string, query: Query): RestRequest;
  /** Undefined: the body does not have the documented shape. */
  decode(body: object, decoding: Decoding<Query>): Answer | undefined;
  /** The answer that an error status stands for, such as "does not exist". `errorCode`: as ROMA Connect sent it. */
  decodeRefusal?(errorCode: string | undefined, decoding: Decoding<Query>): Answer | undefined;
  /** The cache key: equal for equal queries only. */
  key(query: Query): string;
  /** Calls of one caller with the same place share bulkhead, pace and circuit breaker, because they fail or throttle together. */
  place(query: Query): string;
  /** The instance that errors name, and whose state the metrics show. Null: the call is not about one. */
  instanceId(query: Query): string | null;
  /** An estimate of the memory that an answer takes, in bytes. */
  bytes(answer: Answer): number;
  /** How long an answer may be reused, in milliseconds after `readAtMs`. Default: as configured. */
  readonly reuseMs?: number;
  /** Whether an answer may be reused. Default: yes. */
  isReusable?(answer: Answer): boolean;
  /** Attributes of spans for a query and its answer. They have a bounded set of values, and no text of callers. */
  traced(query: Query): Attributes;
  tracedAnswer(answer: Answer): Attributes;
}

type Attributes = Readonly<Record<string, string | number>>;

/** The inputs of decoding besides the body. */
export interface Decoding<Query> {
  readonly query: Query;
  /** When the call was made, in milliseconds since the epoch. */
  readonly askedAtMs: number;
  /** Called with our name of the field when a row holds a value that this service does not know. */
  readonly unknownValue: (field: string) => void;
}

/** An endpoint with a query, for the wrappers of a call. */
export interface Ask<Query = unknown, Answer extends Reading = Reading> extends Placed {
  readonly endpoint: Endpoint<Query, Answer>;
  readonly query: Query;
  readonly request: RestRequest;
}

export interface Placed {
  readonly place: string;
  readonly instanceId: string | null;
}

/** A call, or a wrapper of one. Rejects with a SubgraphError. */
export type Call<Query extends Placed, Answer> = (query: Query, operation: Operation) => Promise<Answer>;

/** Calls an endpoint. Rejects with a SubgraphError. */
export type AskRoma = <Query, Answer extends Reading>(
  endpoint: Endpoint<Query, Answer>,
  query: Query,
  operation: Operation,
) => Promise<Answer>;

/** Calls an endpoint, or reuses an earlier answer: one that was requested at `notBeforeMs` (milliseconds since the epoch) or later. */
export type Read = <Query, Answer extends Reading>(
  endpoint: Endpoint<Query, Answer>,
  query: Query,
  operation: Operation,
  options?: { readonly notBeforeMs: number },
) => Promise<Answer>;
