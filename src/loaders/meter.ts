/** What the loaders report to metrics. */
export interface LoaderMeter {
  /** `count` windows were served by calls made for others. */
  windowsMerged(count: number): void;
  /** A whole list was read, or a lookup walked one, in `pages` calls. */
  walked(pages: number): void;
  /** A cursor's row had moved and was found elsewhere. */
  cursorReanchored(): void;
}
