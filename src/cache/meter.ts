/** What reuse of upstream answers reports. */
export interface CacheMeter {
  /** `hit`: answered from memory; `miss`: asked the shared cache, if any, and then upstream; `shared`: joined a call under way. */
  request(result: 'hit' | 'miss' | 'shared'): void;
  /** An answer was shown beyond its reuse time, for ROMA Connect could not be reached or was failing. */
  stale(): void;
  /** Something in use was read again before its reuse time ended. `refused`: the caller's token is no longer good. */
  refresh(result: 'ok' | 'failed' | 'refused'): void;
}

/** What the cache that replicas share reports. */
export interface SharedStoreMeter {
  /** `bypassed`: not asked, for it is in trouble; `failed`: it did not answer in time, or nothing that this service had put there. */
  read(result: 'hit' | 'miss' | 'bypassed' | 'failed'): void;
  /** `dropped`: not sent, for it is in trouble or the value is too large; `failed`: refused. */
  write(result: 'stored' | 'dropped' | 'failed'): void;
}
