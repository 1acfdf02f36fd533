import {
  anyText,
  bodySecret,
  collectorUrl,
  headerSecret,
  host,
  id,
  ids,
  oneOf,
  openTelemetryBoolean,
  openTelemetryName,
  openTelemetryNames,
  origin,
  type Parser,
  proxyUrl,
  redisUrl,
  routerSecrets,
  wholeNumber,
} from './parsers.ts';

/** One environment variable: how it is read, and what the documentation says about it. */
export interface Variable<Value> {
  readonly parse: Parser<Value>;
  /** What it is when unset; an empty text counts as unset. */
  readonly fallback: Value;
  /** What unset means, for the reader. Default: `fallback` itself. */
  readonly unset?: string;
  readonly meaning: string;
  readonly accepted: string;
  /** A regular expression that every right value matches, as far as one can say it: for the chart's schema. */
  readonly pattern?: string;
  /** The least and the most that a number may be: for the chart, too. */
  readonly range?: readonly [min: number, max: number];
  /** Its value is in no message and no log. */
  readonly secret?: true;
  /** Set for whole clusters: what is wrong with it is a warning, and stops nothing. */
  readonly isClusterWide?: true;
  /** Read in lower case, too, and then first. */
  readonly lowerCaseToo?: true;
}

const ID_RULE = '1 to 64 letters, digits, `_` or `-`';
const ORIGIN_RULE = 'scheme, host and port only, such as `https://roma.example.com`; `https` unless the host is loopback';
const PROXY_RULE = 'a URL: `http` or `https`, user and password where the proxy wants them, host and port';
const COLLECTOR_RULE = 'an `http` or `https` URL';

/** Every variable that is read. `docs/configuration.md` is printed from this table. */
export const variables = {
  PORT: integer({ fallback: 4001, min: 0, max: 65_535, meaning: 'The port to listen on; `0` takes a free one.' }),
  HOST: {
    parse: host,
    fallback: '127.0.0.1',
    meaning: 'The address to listen on; `0.0.0.0` or `::` listens on all.',
    accepted: 'a host name or an IP address',
  },
  NODE_ENV: choice({
    values: ['production', 'development', 'test'],
    fallback: 'development',
    meaning:
      '`production`: no landing page, no introspection, no suggestions, no stack traces, JSON logs. `test` is as `development`.',
  }),
  LOG_LEVEL: choice({
    values: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    fallback: 'info',
    meaning: 'What is logged: this level and the more severe ones.',
  }),
  ROMA_ENDPOINT: optional({
    parse: origin,
    unset: 'the embedded emulator',
    meaning: 'The origin of ROMA Connect. Required in production.',
    accepted: ORIGIN_RULE,
  }),
  ROMA_PROJECT_ID: optional({
    parse: id,
    unset: "the emulator's",
    meaning: 'The project ID for the path. Required with `ROMA_ENDPOINT`, and not used without it.',
    accepted: ID_RULE,
  }),
  ROMA_INSTANCE_IDS: optional({
    parse: ids,
    unset: 'those that ROMA Connect lists to the caller',
    meaning:
      'The instances that this service reads: for a certificate known only by its ID, and for lists over all instances. Duplicates count once.',
    accepted: `instance IDs separated by commas, each ${ID_RULE}`,
  }),
  ROMA_LOOKUP: choice({
    values: ['list', 'details'],
    fallback: 'list',
    meaning:
      'How a certificate is found by its ID. `list`: lists are read until it is found. `details`: its details are asked for, one call per certificate, where that takes [fewer calls](decisions/0015-lookups-by-details.md).',
  }),
  ROMA_AUTH: choice({
    values: ['passthrough', 'token', 'password', 'aksk'],
    fallback: 'passthrough',
    meaning:
      "Whose credentials go upstream: the caller's `X-Auth-Token` (`passthrough`), or one token, an IAM user or an access key of this service. All but `passthrough` need `ROMA_ENDPOINT`.",
  }),
  ROMA_AUTH_TOKEN: secretText({ parse: headerSecret, meaning: 'The token for `ROMA_AUTH=token`.', accepted: 'visible ASCII' }),
  IAM_ENDPOINT: optional({ parse: origin, meaning: 'The origin of IAM, for `ROMA_AUTH=password`.', accepted: ORIGIN_RULE }),
  IAM_DOMAIN_NAME: secretText({ meaning: 'The account (domain) of the IAM user, for `ROMA_AUTH=password`.' }),
  IAM_USERNAME: secretText({ meaning: 'The name of the IAM user, for `ROMA_AUTH=password`.' }),
  IAM_PASSWORD: secretText({ meaning: 'The password of the IAM user, for `ROMA_AUTH=password`.' }),
  HUAWEICLOUD_SDK_AK: secretText({
    parse: headerSecret,
    meaning: 'The access key ID, for `ROMA_AUTH=aksk`.',
    accepted: 'visible ASCII',
  }),
  HUAWEICLOUD_SDK_SK: secretText({ meaning: 'The secret access key, for `ROMA_AUTH=aksk`.' }),
  HUAWEICLOUD_SDK_SECURITY_TOKEN: secretText({
    parse: headerSecret,
    meaning: 'The security token of a temporary access key, for `ROMA_AUTH=aksk`.',
    accepted: 'visible ASCII',
  }),
  ROUTER_SECRET: {
    parse: routerSecrets,
    fallback: [],
    unset: 'open',
    meaning: '`/graphql` answers only requests whose `Router-Authorization` header equals it. Two during a rotation.',
    accepted: 'one secret, or two separated by a comma, of visible ASCII',
    secret: true,
  } as Variable<readonly string[]>,
  CERTIFICATES_CACHE_TTL_MS: integer({
    fallback: 10_000,
    min: 0,
    max: 3_600_000,
    meaning: 'How long an upstream answer may be reused across operations of the same caller, in milliseconds; `0` = never.',
  }),
  CERTIFICATES_STALE_IF_ERROR_MS: integer({
    fallback: 300_000,
    min: 0,
    max: 86_400_000,
    meaning:
      'How much longer an upstream answer may be shown to the same caller (stale-if-error) while ROMA Connect fails or cannot be reached, in milliseconds; `0` = never. Without reuse it has no effect.',
  }),
  CACHE_MAX_BYTES: integer({
    fallback: 128 * 1024 * 1024,
    min: 16 * 1024 * 1024,
    max: 16 * 1024 * 1024 * 1024,
    meaning:
      'Memory for what ROMA Connect answered, in bytes: three quarters for what is reused and for the lists that are being read, one quarter for bodies that are known again. A list that does not fit waits for the others; one that would not fit alone is `REQUEST_LIMIT_EXCEEDED`. Whatever else the process needs, some 100 MiB, comes on top.',
  }),
  EXPIRY_METRICS_INTERVAL_MS: integer({
    fallback: 0,
    min: 0,
    max: 86_400_000,
    meaning:
      'How often all lists are read for the metric `certificates_by_expiry`, in milliseconds; `0` = never. Needs `ROMA_AUTH` other than `passthrough`.',
  }),
  OPERATION_DEADLINE_MS: integer({
    fallback: 10_000,
    min: 50,
    max: 600_000,
    meaning: 'The time within which each operation is answered, in milliseconds.',
  }),
  ROMA_ATTEMPT_TIMEOUT_MS: integer({
    fallback: 4_000,
    min: 10,
    max: 600_000,
    meaning: 'The time of one upstream attempt, from connecting to the last byte, in milliseconds.',
  }),
  MAX_UPSTREAM_CALLS: integer({ fallback: 200, min: 1, max: 100_000, meaning: 'REST calls that one operation may cause.' }),
  MAX_ENTITIES: integer({
    fallback: 1_000,
    min: 1,
    max: 1_000_000,
    meaning:
      'Representations that one operation is answered; each further one is an error. With ten times as many or more, the whole field is.',
  }),
  MAX_ROWS: integer({
    fallback: 50_000,
    min: 1,
    max: 1_000_000_000,
    meaning:
      'Rows that one operation could return: its page sizes multiplied along each path and added over aliases. A page counts once for `nodes` and `edges`, and not for `totalCount` alone. The number of representations multiplies it.',
  }),
  MAX_VALUES: integer({
    fallback: 500_000,
    min: 1,
    max: 1_000_000_000,
    meaning:
      'Values that one operation could return: the fields of each row times the rows, counted as `MAX_ROWS` counts. Lower it together with the memory of the process.',
  }),
  EXPRESS_LANE: choice({
    values: ['on', 'off'],
    fallback: 'on',
    meaning:
      '`on`: a document that was accepted before is not parsed again, operations run by plans, and a whole answer is sent again while it may be reused. `off`: Apollo Server and graphql-js run all operations. The answers are the same.',
  }),
  REVALIDATION: choice({
    values: ['on', 'off'],
    fallback: 'on',
    meaning:
      '`on`: an answer of ROMA Connect that equals its last one byte for byte is not decoded again. `off`: each is decoded. Calls and answers are the same.',
  }),
  REDIS_URL: optional({
    parse: redisUrl,
    unset: 'in-process',
    meaning: 'The Redis or Valkey that several replicas share as a [cache](decisions/0009-shared-cache.md).',
    accepted: 'a `redis` or `rediss` URL: user, password, host, port, and the number of the database as its path',
    secret: true,
  }),
  HTTPS_PROXY: optional({
    parse: proxyUrl,
    meaning: 'The proxy for calls to ROMA Connect and IAM over `https`.',
    accepted: PROXY_RULE,
    secret: true,
    lowerCaseToo: true,
  }),
  HTTP_PROXY: optional({
    parse: proxyUrl,
    meaning: 'The proxy for calls over `http`, and over `https` while `HTTPS_PROXY` is unset.',
    accepted: PROXY_RULE,
    secret: true,
    lowerCaseToo: true,
  }),
  NO_PROXY: optional({
    parse: anyText,
    meaning: 'Hosts that are called without a proxy; `*` for all.',
    accepted: 'hosts and domains separated by commas, each with a port where it matters',
    lowerCaseToo: true,
  }),
  OTEL_SDK_DISABLED: clusterWide({
    parse: openTelemetryBoolean,
    fallback: false,
    meaning: '`true`: no traces, whatever else is set.',
    accepted: '`true`, `false`',
  }),
  OTEL_TRACES_EXPORTER: clusterWide({
    parse: openTelemetryNames(['otlp', 'console', 'none']),
    fallback: null,
    unset: '`otlp` when there is an endpoint, else `none`',
    meaning: 'Where [traces](operating.md#traces) go, separated by commas. `none`: nothing is traced.',
    accepted: '`otlp`, `console`, `none`',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: clusterWide({
    parse: collectorUrl,
    fallback: null,
    unset: '`http://localhost:4318`',
    meaning: 'The collector; traces go to `/v1/traces` below it.',
    accepted: COLLECTOR_RULE,
    secret: true,
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: clusterWide({
    parse: collectorUrl,
    fallback: null,
    meaning: 'The URL for traces, used as it is, instead of `/v1/traces` below the collector.',
    accepted: COLLECTOR_RULE,
    secret: true,
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: clusterWide({
    parse: openTelemetryName(['http/protobuf', 'http/json']),
    fallback: 'http/protobuf' as const,
    meaning: 'How traces are encoded. gRPC is not supported.',
    accepted: '`http/protobuf`, `http/json`',
  }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: clusterWide({
    parse: openTelemetryName(['http/protobuf', 'http/json']),
    fallback: null,
    unset: 'as above',
    meaning: 'The same, for traces alone.',
    accepted: '`http/protobuf`, `http/json`',
  }),
  OTEL_PROPAGATORS: clusterWide({
    parse: openTelemetryNames(['tracecontext', 'baggage', 'none']),
    fallback: ['tracecontext'],
    unset: '`tracecontext`',
    meaning:
      'With `tracecontext`, a request joins the trace in its `traceparent`, and calls to ROMA Connect are sent one. Other propagators are ignored.',
    accepted: 'names separated by commas; `none` for none',
  }),
};

interface IntegerOptions {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
}

function integer({ fallback, min, max, meaning }: IntegerOptions): Variable<number> {
  return {
    parse: wholeNumber(min, max),
    fallback,
    meaning,
    accepted: `a whole number from ${min} to ${max}`,
    pattern: '^[0-9]+$',
    range: [min, max],
  };
}

interface ChoiceOptions<Value> {
  readonly values: readonly Value[];
  readonly fallback: NoInfer<Value>;
  readonly meaning: string;
}

function choice<const Value extends string>({ values, fallback, meaning }: ChoiceOptions<Value>): Variable<Value> {
  const accepted = values.map((value) => `\`${value}\``).join(', ');
  return { parse: oneOf(values), fallback, meaning, accepted, pattern: `^(${values.join('|')})$` };
}

function optional<Value>(variable: Omit<Variable<Value>, 'fallback'>): Variable<Value | null> {
  return { fallback: null, ...variable };
}

/** OpenTelemetry's variables may be set for whole clusters. Its specification asks to warn about unknown values, and to ignore them. */
function clusterWide<Value, Fallback = Value>(
  variable: Omit<Variable<Value>, 'fallback'> & { readonly fallback: Fallback },
): Variable<Value | Fallback> {
  return { ...variable, isClusterWide: true };
}

function secretText(variable: { meaning: string; parse?: Parser<string>; accepted?: string }): Variable<string | null> {
  return { parse: bodySecret, fallback: null, accepted: 'any text', secret: true, ...variable };
}
