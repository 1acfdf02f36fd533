/** Everything that can be set from outside, read once and frozen. Durations end in `Ms`. */
export interface Config {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** No landing page, introspection, suggestions or stack traces; JSON logs. */
  readonly production: boolean;
  readonly logLevel: LogLevel;
  /** The ROMA Connect to read from; null = the embedded emulator. */
  readonly roma: RomaTarget | null;
  /** The instances of the embedded emulator that are searched for a bare ID; null = all of them. */
  readonly emulatorInstanceIds: readonly string[] | null;
  /** Accepted values of `Router-Authorization`; empty = open. */
  readonly routerSecrets: readonly string[];
  /** How long an upstream answer may be reused across operations of the same caller; 0 = never. */
  readonly cacheTtlMs: number;
  /** For answers of ROMA Connect: what is reused, what is being read, bodies that are known again. */
  readonly cacheMaxBytes: number;
  readonly staleIfErrorMs: number;
  /** 0: no expiry metrics. */
  readonly expiryMetricsIntervalMs: number;
  readonly operationDeadlineMs: number;
  readonly attemptTimeoutMs: number;
  readonly maxUpstreamCalls: number;
  readonly maxEntities: number;
  readonly maxRows: number;
  readonly maxValues: number;
  readonly redisUrl: string | null;
  /** How a certificate is found by its ID. */
  readonly lookup: 'list' | 'details';
  /** Whether operations seen before take the express lane, without Apollo Server. */
  readonly expressLane: boolean;
  /** Whether an answer that equals the last one byte for byte is decoded only once. */
  readonly revalidation: boolean;
  /** Null: operations are not traced. */
  readonly tracing: TracingConfig | null;
  /** Null: ROMA Connect and IAM are called directly. */
  readonly proxy: ProxyConfig | null;
  /** Warnings about variables that may be set for whole clusters, and so do not stop the start; to be logged. */
  readonly warnings: readonly string[];
}

/** Where traces go. OpenTelemetry's SDK reads its other settings from the environment. */
export interface TracingConfig {
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Whether trace context is read from requests, and sent along. */
  readonly propagates: boolean;
}

/** Which calls go through a proxy. The addresses may hold passwords. */
export interface ProxyConfig {
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  /** Hosts that are called directly, separated by commas. */
  readonly noProxy: string | undefined;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export interface RomaTarget {
  /** Scheme, host and port, without a path. */
  readonly origin: string;
  readonly projectId: string;
  /** The instances that this service reads, in this order. Null: those that ROMA Connect lists to the caller. */
  readonly instanceIds: readonly string[] | null;
  readonly auth: AuthConfig;
}

/** Whose credentials go upstream. */
export type AuthConfig =
  /** The caller's `X-Auth-Token`; `fallbackToken`, which only the embedded emulator has, when the caller sends none. */
  | { readonly mode: 'passthrough'; readonly fallbackToken?: string }
  | { readonly mode: 'token'; readonly token: string }
  | {
      readonly mode: 'password';
      readonly iamOrigin: string;
      readonly domainName: string;
      readonly username: string;
      readonly password: string;
    }
  | { readonly mode: 'aksk'; readonly accessKey: string; readonly secretKey: string; readonly securityToken?: string };
