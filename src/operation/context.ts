import type { Loaders } from '../loaders/loaders.ts';

/** The parts of an operation that exceed limits, by the response keys of its root fields. */
export interface Admission {
  /** The error of a root field that is refused as a whole. */
  refusal(key: string): Error | undefined;
  /** How many representations of an `_entities` field are answered. */
  entities(key: string): number;
  /** The error of the further representations. */
  readonly beyond: Error;
}

/** The context of one GraphQL operation. */
export interface Context {
  readonly loaders: Loaders;
  /** One "now" for the whole operation, in milliseconds since the epoch, so that its answer is consistent. */
  readonly nowMs: number;
  /** Undefined: the operation is within the limits. Set before the operation is executed. */
  admission?: Admission | undefined;
}
