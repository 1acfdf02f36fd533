import type { Loaders } from '../loaders/loaders.ts';

/** What of an operation goes beyond the limits, by the response keys of its root fields. */
export interface Admission {
  /** Why a root field is not answered at all. */
  refusal(key: string): Error | undefined;
  /** How many representations of an `_entities` field are answered. */
  entities(key: string): number;
  /** What the others are answered. */
  readonly beyond: Error;
}

/** What one GraphQL operation owns. Resolvers get nothing else. */
export interface Context {
  readonly loaders: Loaders;
  /** One "now" for the whole operation, in milliseconds since the epoch, so that its answer is consistent. */
  readonly nowMs: number;
  /** Undefined: all of it is answered. Known when the operation is about to run. */
  admission?: Admission | undefined;
}
