import type { Switches } from './switches.ts';

/** How an emulator is started. Everything can be left out. */
export interface EmulatorOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** The generated data follows from it and from the day. Default: `1`. */
  readonly seed?: string;
  /** How many instances there are; 4 by default. The IDs of the first four are always the same. */
  readonly instances?: number;
  /** Rows of each instance, up to 100,000. Default: differs between instances, 60 to 250. */
  readonly certificates?: number;
  /** Global certificates, which every instance lists. Default: 12. */
  readonly globalCertificates?: number;
  /** Whether about every twentieth row is odd: absent or null fields, unknown values, unusual times. Default: true. */
  readonly oddRows?: boolean;
  /** Exact rows instead of generated ones, by owner (`common` for global ones); the owners are then the instances. */
  readonly rows?: Readonly<Record<string, readonly unknown[]>>;
  /** What differs from the default switches; also what a reset goes back to. */
  readonly switches?: Partial<Switches>;
  /** The emulator's clock, in milliseconds since the epoch. Default: the real one. */
  readonly now?: () => number;
}
