import type { Measurement } from '../measure.ts';

/** What one run of the benchmark brought; all that the report is made from. */
export interface Results {
  readonly takenAt: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly method: {
    readonly rounds: number;
    readonly seconds: number;
    readonly connections: number;
    readonly loadGenerator: string;
    readonly upstream: string;
  };
  readonly servers: readonly { readonly name: string; readonly title: string; readonly version: string }[];
  readonly measurements: Measurement[];
}
