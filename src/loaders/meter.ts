/** What the loaders report to metrics. */
export interface LoaderMeter {
  /** `count` windows were served by calls made for others. */
  windowsMerged(count: number): void;
  /** A whole list was read, or a lookup walked one, in `pages` calls. */
  walked(pages: number): void;
  /** These instances were discovered. */
  looksInto(instanceIds: readonly string[]): void;
  /** A cursor's row had moved and was found elsewhere. */
  cursorReanchored(): void;
}

/** Fetches what a loader was asked for in one go: for each key, in its place, what was found or the error that belongs to it. */
export type BatchLoad<Key, Value> = (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>;

/** Follows a loader's batches from around: gets what loads, and gives back what does the same. */
export type AroundBatch = <Key, Value>(name: string, load: BatchLoad<Key, Value>) => BatchLoad<Key, Value>;

/** When certificates end; no certificate is in two of them. */
export type Ends = 'expired' | '7d' | '30d' | '90d' | 'later' | 'unknown';

/** What reading all lists now and then reports. */
export interface ExpiryMeter {
  /** What an instance's list held when it was read last. Null: it could not be read. */
  instance(instanceId: string, counts: Readonly<Record<Ends, number>> | null): void;
}
