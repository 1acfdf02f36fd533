/** What reuse of upstream answers reports. */
export interface CacheMeter {
  /** `hit`: answered from memory; `miss`: asked upstream; `shared`: joined a call that was under way. */
  request(result: 'hit' | 'miss' | 'shared'): void;
}
