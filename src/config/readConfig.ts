import type { AuthConfig, Config, ProxyConfig, RomaTarget, TracingConfig } from './Config.ts';
import { Refusal } from './parsers.ts';
import { type Variable, variables } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment can't be used. The message has one line for each wrong variable, and no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(problems: readonly string[]) {
    super(['The configuration cannot be used:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}

/** Reads the configuration from the environment. Throws one {@link ConfigError} that names all wrong variables. */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const warnings: string[] = [];
  const values = readVariables(env, problems, warnings);
  const roma = readTarget(values, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  if (isOpenToAll(values)) {
    const problem = `is not set, while HOST ${values.HOST} is reached from other machines and ROMA_AUTH=${values.ROMA_AUTH} answers with the service's own credentials: whoever reaches this service reads all that they show. Set it, and have the router send it`;
    warnings.push(toProblem('ROUTER_SECRET', problem));
  }
  return deepFreeze({
    port: values.PORT,
    host: values.HOST,
    production: values.NODE_ENV === 'production',
    logLevel: values.LOG_LEVEL,
    roma,
    emulatorInstanceIds: roma === null ? values.ROMA_INSTANCE_IDS : null,
    routerSecrets: values.ROUTER_SECRET,
    cacheTtlMs: values.CERTIFICATES_CACHE_TTL_MS,
    cacheMaxBytes: values.CACHE_MAX_BYTES,
    expiryMetricsIntervalMs: values.EXPIRY_METRICS_INTERVAL_MS,
    staleIfErrorMs: values.CERTIFICATES_STALE_IF_ERROR_MS,
    operationDeadlineMs: values.OPERATION_DEADLINE_MS,
    attemptTimeoutMs: values.ROMA_ATTEMPT_TIMEOUT_MS,
    maxUpstreamCalls: values.MAX_UPSTREAM_CALLS,
    maxEntities: values.MAX_ENTITIES,
    maxRows: values.MAX_ROWS,
    maxValues: values.MAX_VALUES,
    redisUrl: values.REDIS_URL,
    expressLane: values.EXPRESS_LANE === 'on',
    lookup: values.ROMA_LOOKUP,
    revalidation: values.REVALIDATION === 'on',
    tracing: toTracing(values),
    proxy: toProxy(values),
    warnings,
  });
}

type Name = keyof typeof variables;
type Values = { readonly [N in Name]: ReturnType<(typeof variables)[N]['parse']> };

function readVariables(env: Environment, problems: string[], warnings: string[]): Values {
  const read = ([name, variable]: [string, Variable<unknown>]): [string, unknown] => {
    const text = (variable.lowerCaseToo && env[name.toLowerCase()]) || env[name];
    if (text === undefined || text === '') return [name, variable.fallback];
    const warn = (problem: string): void => void warnings.push(toProblem(name, problem));
    try {
      return [name, variable.parse(text, warn)];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (variable.isClusterWide) {
        warn(`${error.message}, and is not used`);
        return [name, variable.fallback];
      }
      problems.push(toProblem(name, error.message));
      // A placeholder that is not used, because `readConfig` throws. With it, checks across variables do not report a refused variable
      // as missing.
      return [name, text];
    }
  };
  return Object.fromEntries(Object.entries<Variable<unknown>>(variables).map(read)) as Values;
}

/** Whether anybody on the network is answered with this service's credentials. */
function isOpenToAll({ NODE_ENV, ROMA_AUTH, ROUTER_SECRET, HOST }: Values): boolean {
  const isLoopback = HOST === 'localhost' || HOST === '::1' || HOST.startsWith('127.');
  return NODE_ENV === 'production' && ROMA_AUTH !== 'passthrough' && ROUTER_SECRET.length === 0 && !isLoopback;
}

function readTarget(values: Values, problems: string[]): RomaTarget | null {
  if (values.EXPIRY_METRICS_INTERVAL_MS !== 0 && values.ROMA_AUTH === 'passthrough') {
    const problem = 'needs credentials of its own: set ROMA_AUTH to token, password or aksk, or this to 0';
    problems.push(toProblem('EXPIRY_METRICS_INTERVAL_MS', problem));
  }
  const missing = (name: Name, why: string): void => void problems.push(toProblem(name, `is missing: ${why}`));
  if (values.ROMA_ENDPOINT === null) {
    if (values.NODE_ENV === 'production') missing('ROMA_ENDPOINT', 'production never runs on the emulator');
    else if (values.ROMA_AUTH !== 'passthrough')
      missing('ROMA_ENDPOINT', 'with the emulator there is only ROMA_AUTH=passthrough');
    else if (values.ROMA_PROJECT_ID !== null) missing('ROMA_ENDPOINT', 'ROMA_PROJECT_ID is set, and the emulator has its own');
    return null;
  }
  if (values.ROMA_PROJECT_ID === null) missing('ROMA_PROJECT_ID', 'ROMA_ENDPOINT needs it');
  return {
    origin: values.ROMA_ENDPOINT,
    projectId: values.ROMA_PROJECT_ID ?? '',
    instanceIds: values.ROMA_INSTANCE_IDS,
    auth: readAuth(values, missing),
  };
}

type Credential =
  | 'ROMA_AUTH_TOKEN'
  | `IAM_${'ENDPOINT' | 'DOMAIN_NAME' | 'USERNAME' | 'PASSWORD'}`
  | `HUAWEICLOUD_SDK_${'AK' | 'SK'}`;

function readAuth(values: Values, missing: (name: Name, why: string) => void): AuthConfig {
  const mode = values.ROMA_AUTH;
  const required = (name: Credential): string => {
    const value = values[name];
    if (value === null) missing(name, `ROMA_AUTH=${mode} needs it`);
    return value ?? '';
  };
  switch (mode) {
    case 'token':
      return { mode, token: required('ROMA_AUTH_TOKEN') };
    case 'password':
      return {
        mode,
        iamOrigin: required('IAM_ENDPOINT'),
        domainName: required('IAM_DOMAIN_NAME'),
        username: required('IAM_USERNAME'),
        password: required('IAM_PASSWORD'),
      };
    case 'aksk': {
      const securityToken = values.HUAWEICLOUD_SDK_SECURITY_TOKEN;
      return {
        mode,
        accessKey: required('HUAWEICLOUD_SDK_AK'),
        secretKey: required('HUAWEICLOUD_SDK_SK'),
        ...(securityToken === null ? {} : { securityToken }),
      };
    }
    default:
      return { mode: 'passthrough' };
  }
}

/** Traces are off by default. An endpoint or the name of an exporter turns them on. */
function toTracing(values: Values): TracingConfig | null {
  const hasEndpoint = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== null || values.OTEL_EXPORTER_OTLP_ENDPOINT !== null;
  const exporters = values.OTEL_TRACES_EXPORTER ?? (hasEndpoint ? (['otlp'] as const) : []);
  const known = exporters.filter((exporter) => exporter !== 'none');
  if (values.OTEL_SDK_DISABLED || known.length === 0) return null;
  return {
    exporters: known,
    protocol: values.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? values.OTEL_EXPORTER_OTLP_PROTOCOL,
    propagates: values.OTEL_PROPAGATORS.includes('tracecontext'),
  };
}

function toProxy({ HTTP_PROXY, HTTPS_PROXY, NO_PROXY }: Values): ProxyConfig | null {
  if (HTTP_PROXY === null && HTTPS_PROXY === null) return null;
  return { httpProxy: HTTP_PROXY ?? undefined, httpsProxy: HTTPS_PROXY ?? undefined, noProxy: NO_PROXY ?? undefined };
}

function toProblem(name: string, problem: string): string {
  const { accepted } = (variables as Record<string, Variable<unknown>>)[name] as Variable<unknown>;
  return `${name} ${problem}. Accepted: ${accepted.replaceAll('`', '')}.`;
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
