import type { Operation } from '../certificates/operation.ts';
import type { SubgraphError } from '../errors/SubgraphError.ts';
import type { RestRequest } from './request.ts';

/** Whatever is read of ROMA Connect. */
export interface Reading {
  /** When it was asked for, in milliseconds since the epoch: what changed later may not be in it. */
  readonly readAtMs: number;
  /** Why it is shown although its reuse time is over: the call for a newer one failed. */
  readonly staleBecause?: SubgraphError;
}

/**
 * All that is particular about one thing that ROMA Connect can be asked for. Credentials, repeats, pace, places, circuits, errors, reuse,
 * metrics and traces are the same for all, and are written once, over this.
 */
export interface Endpoint<Query, Answer extends Reading> {
  /** In keys and spans: no two have the same. */
  readonly name: string;
  /** The path as the vendor's page prints it, for spans. */
  readonly template: string;
  /** What a right answer is, as the end of "the answer is not …". */
  readonly noun: string;
  /** Throws BAD_USER_INPUT for what no URL can carry. */
  request(projectId: string, query: Query): RestRequest;
  /** Undefined: not of the documented shape. */
  decode(body: object, decoding: Decoding<Query>): Answer | undefined;
  /** What a refusal means where it is an answer, too. `errorCode`: as ROMA Connect said it. */
  decodeRefusal?(errorCode: string | undefined, decoding: Decoding<Query>): Answer | undefined;
  /** Equal for equal queries, and for no others. */
  key(query: Query): string;
  /** Calls with the same share places, pace and circuit, those of one caller each: what fails or throttles as one. */
  place(query: Query): string;
  /** The instance that errors name, and whose state a call tells. Null: the call is about none. */
  instanceId(query: Query): string | null;
  /** About how much memory an answer takes. */
  bytes(answer: Answer): number;
  /** How long an answer may be given again, from its reading on, in milliseconds. Default: as configured. */
  readonly reuseMs?: number;
  /** Whether an answer may be given again. Default: yes. */
  isReusable?(answer: Answer): boolean;
  /** What spans say of a query, and of an answer: bounded, and nothing that anybody typed. */
  traced(query: Query): Attributes;
  tracedAnswer(answer: Answer): Attributes;
}

type Attributes = Readonly<Record<string, string | number>>;

/** What decoding an answer needs to know. */
export interface Decoding<Query> {
  readonly query: Query;
  /** When the call was made, in milliseconds since the epoch. */
  readonly askedAtMs: number;
  /** Told of our own field's name whenever a row holds a value that this service does not know. */
  readonly unknownValue: (field: string) => void;
}

/** An endpoint with what it is asked: what all that surrounds a call needs to know of it. */
export interface Ask<Query = unknown, Answer extends Reading = Reading> extends Placed {
  readonly endpoint: Endpoint<Query, Answer>;
  readonly query: Query;
  readonly request: RestRequest;
}

export interface Placed {
  readonly place: string;
  readonly instanceId: string | null;
}

/** A call, or what is put around one. Rejects with a SubgraphError. */
export type Call<Query extends Placed, Answer> = (query: Query, operation: Operation) => Promise<Answer>;

/** Asks ROMA Connect for one thing. Rejects with a SubgraphError. */
export type AskRoma = <Query, Answer extends Reading>(
  endpoint: Endpoint<Query, Answer>,
  query: Query,
  operation: Operation,
) => Promise<Answer>;

/** The same, where earlier answers may do. `notBeforeMs`, in milliseconds since the epoch, forbids those to calls that were made before. */
export type Read = <Query, Answer extends Reading>(
  endpoint: Endpoint<Query, Answer>,
  query: Query,
  operation: Operation,
  options?: { readonly notBeforeMs: number },
) => Promise<Answer>;
