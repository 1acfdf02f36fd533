/** A store that replicas share. It may be slow, fail, forget, and answer anything: what deals with that wraps it. */
export interface SharedStore {
  get(key: string): Promise<Buffer | null>;
  set(key: string, value: Buffer, ttlMs: number): Promise<void>;
  /** Sets what is not there yet. False: it is. */
  add(key: string, value: Buffer, ttlMs: number): Promise<boolean>;
  /** Why there is no connection; undefined where there is one, or nothing is known yet. */
  trouble(): Error | undefined;
  /** Gives up on what is under way, which then rejects, and connects anew. */
  reconnect(): void;
  /** Gives up on everything. */
  close(): void;
}
