import type { Loaders } from '../loaders/loaders.ts';

/** What one GraphQL operation owns. Resolvers get nothing else. */
export interface Context {
  readonly loaders: Loaders;
  /** One "now" for the whole operation, in milliseconds since the epoch, so that its answer is consistent. */
  readonly nowMs: number;
}
