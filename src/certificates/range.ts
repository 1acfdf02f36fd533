/** Positions of a list, `from` inclusive, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}
