import type { AddressInfo } from 'node:net';
import { createCallerKey } from './auth/callerKey.ts';
import { deriveSharedSecret } from './auth/sharedSecret.ts';
import { createCache } from './cache/createCache.ts';
import { createGuardedStore, type GuardedStoreDeps } from './cache/guardedStore.ts';
import { createSharedLists } from './cache/sharedLists.ts';
import { createSharedNotes } from './cache/sharedNotes.ts';
import type { Caller } from './certificates/operation.ts';
import type { AuthConfig, Config, RomaTarget } from './config/Config.ts';
import { createDeveloperPages, findFirstCertificate } from './devpages/developerPages.ts';
import { createExplorer } from './devpages/explorer.ts';
import { createSandbox } from './devpages/sandbox.ts';
import { createApollo } from './graphql/apollo.ts';
import { createExpressLane } from './graphql/plans/expressLane.ts';
import { createPlans } from './graphql/plans/plans.ts';
import { buildSchema } from './graphql/schema.ts';
import { createServer } from './http/createServer.ts';
import { createIsOverloaded } from './http/overload.ts';
import { walkList } from './loaders/walkList.ts';
import { createLogger, type Logger, type LoggerOptions } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import type { Tracing, TracingOptions } from './observability/tracing.ts';
import { createBackground } from './operation/background.ts';
import { createBeginContext } from './operation/beginContext.ts';
import { startExpiryMetrics } from './operation/expiryMetrics.ts';
import { createUpstream } from './roma/createUpstream.ts';

/** A configuration that knows what to ask. */
export interface AppConfig extends Config {
  readonly roma: RomaTarget;
  /** For the examples on the pages for people, where no instance is configured. */
  readonly exampleInstanceId?: string | undefined;
}

/** How the log is written: what level, and whether for machines, says the configuration. */
export type AppOptions = Pick<LoggerOptions, 'colors' | 'destination'>;

export interface App {
  /** Where GraphQL is served. */
  readonly url: string;
  readonly log: Logger;
  /** Goes out of service without losing a request. Resolves when everything is closed; further calls wait for the first. */
  stop(options?: StopOptions): Promise<void>;
}

export interface StopOptions {
  /** How long the listener stays open at least, so that load balancers see `/ready` say no. Default: 0. */
  readonly graceMs?: number;
  /** When operations that still run are told to answer with what they have. Default: 8 s, for orchestrators kill after 10 and more. */
  readonly hurryAfterMs?: number;
}

/** Puts all parts together and listens. Rejects when the address can't be listened on. */
export async function startApp(config: AppConfig, options: AppOptions = {}): Promise<App> {
  const { roma, production } = config;
  const tracing = config.tracing ? await loadTracing(config.tracing, () => log) : undefined;
  const log = await createLogger({
    level: config.logLevel,
    json: production,
    stacks: !production,
    secrets: toSecrets(config),
    ...(tracing && { context: tracing.ids }),
    ...options,
  });
  for (const warning of config.warnings) log.warn(warning);
  const metrics = createMetrics(roma.instanceIds ?? []);
  const sharing = await share(config, { meter: metrics.sharedStore, logger: log });
  const upstream = createUpstream({
    target: roma,
    proxy: config.proxy,
    attemptTimeoutMs: config.attemptTimeoutMs,
    knownBytes: config.revalidation ? config.cacheMaxBytes / 4 : 0,
    meter: metrics.rest,
    notes: sharing?.notes,
    logger: log,
    tracer: tracing?.calls,
  });
  const background = createBackground({ timeoutMs: config.attemptTimeoutMs, maxUpstreamCalls: config.maxUpstreamCalls });
  const source = createCache(upstream.ask, {
    ttlMs: config.cacheTtlMs,
    staleIfErrorMs: config.staleIfErrorMs,
    maxBytes: (config.cacheMaxBytes / 4) * 3,
    meter: metrics.cache,
    replicas: sharing?.lists,
    refresh: { run: background.run, walk: (list, operation) => walkList(source, list, operation) },
  });
  const beginContext = createBeginContext({
    source,
    instanceIds: roma.instanceIds,
    lookup: config.lookup,
    meter: metrics.loaders,
    around: tracing?.batches,
    timeLimitMs: config.operationDeadlineMs,
    maxUpstreamCalls: config.maxUpstreamCalls,
  });
  const toCaller = createToCaller(roma.auth, sharing?.secret);
  const pages = production
    ? null
    : createDeveloperPages({
        instanceId: roma.instanceIds?.[0] ?? config.exampleInstanceId,
        passthrough: roma.auth.mode === 'passthrough',
        guarded: config.routerSecrets.length > 0,
        findCertificate: (id) => findFirstCertificate(apollo, beginContext(toCaller(undefined)), id),
      });
  const sandbox = pages && createSandbox(pages);
  // What was read with the service's own credentials is anybody's, unless there is a secret that tells who may ask.
  const isPublic = roma.auth.mode !== 'passthrough' && config.routerSecrets.length === 0;
  const reuse = { ttlMs: config.cacheTtlMs, scope: isPublic ? 'PUBLIC' : 'PRIVATE' } as const;
  const schema = buildSchema(reuse);
  const plans = config.expressLane ? createPlans(schema) : null;
  const apollo = createApollo({
    schema,
    production,
    limits: config,
    reuse,
    log,
    shared: sharing?.store,
    plans,
    landingPage: sandbox?.plugin ?? null,
  });
  const { routerSecrets } = config;
  const server = await createServer({
    apollo,
    express: plans && createExpressLane({ plans, limits: config, reuse, usableSinceMs: source.usableSinceMs }),
    toCaller,
    beginContext,
    routerSecrets,
    log,
    metrics,
    tracer: tracing?.requests,
    isOverloaded: createIsOverloaded(),
    pages: pages && sandbox && { sandbox, explorer: createExplorer(pages) },
  });
  const close = async (): Promise<void> => {
    await server.fastify.close();
    await apollo.stop();
    sharing?.store.close();
    await upstream.close();
    await tracing?.stop();
  };

  const stopExpiryMetrics =
    config.expiryMetricsIntervalMs === 0
      ? () => {}
      : startExpiryMetrics({
          intervalMs: config.expiryMetricsIntervalMs,
          beginContext,
          caller: toCaller(undefined),
          meter: metrics.expiry,
          warn: (details, message) => log.warn(details, message),
        });
  await apollo.start();
  try {
    await server.fastify.listen({ host: config.host, port: config.port });
  } catch (error) {
    await close();
    throw error;
  }
  const url = `${toOrigin(server.fastify.server.address() as AddressInfo)}/graphql`;
  const explorer = production ? '' : ` Explorer: ${new URL('/explorer', url)}`;
  log.info(`Certificates at ${url}, read from ${toUpstreamName(roma.auth)}.${explorer}`);
  let stopped: Promise<void> | undefined;
  return {
    url,
    log,
    stop({ graceMs = 0, hurryAfterMs = 8_000 } = {}) {
      stopExpiryMetrics();
      background.stop();
      stopped ??= server.drain.run({ graceMs, hurryAfterMs, hurry: server.hurry }).then(close);
      return stopped;
    },
  };
}

/** OpenTelemetry is loaded only where it is used. `toLog`: the log, once there is one. */
async function loadTracing(options: TracingOptions, toLog: () => Logger): Promise<Tracing> {
  const { createTracing } = await import('./observability/tracing.ts');
  return createTracing(options, (details, message) => toLog().warn(details, message));
}

/** What replicas share through Redis, if they do. Its client is loaded only where it is used. */
async function share(config: AppConfig, deps: GuardedStoreDeps) {
  const { roma, routerSecrets, redisUrl, cacheTtlMs: ttlMs, staleIfErrorMs } = config;
  if (redisUrl === null) return undefined;
  const { createRedisStore } = await import('./cache/redisStore.ts');
  const store = createGuardedStore(await createRedisStore(redisUrl), deps);
  const scope = [roma.origin, roma.projectId];
  const secret = deriveSharedSecret({ redisUrl, routerSecrets, scope });
  const notes = createSharedNotes({ store, secret, scope });
  return {
    store,
    secret,
    notes,
    lists: ttlMs === 0 ? undefined : createSharedLists({ store, secret, scope, ttlMs, staleIfErrorMs }),
  };
}

/** Whose credentials an operation uses. When they are the service's own, all callers are one. `secret`: what all replicas have. */
function createToCaller(auth: AuthConfig, secret?: Buffer): (authToken: string | undefined) => Caller {
  const toKey = createCallerKey(secret);
  if (auth.mode !== 'passthrough') {
    // Another service that shares the store may have other credentials, and see something else with them.
    const service = { key: toKey(JSON.stringify(auth)) };
    return () => service;
  }
  return (authToken) => {
    const token = authToken || auth.fallbackToken;
    return token === undefined ? { key: 'nobody' } : { token, key: toKey(token) };
  };
}

/** What the log must never hold: credentials, and where the upstream is. */
function toSecrets({ roma, routerSecrets, redisUrl, proxy }: AppConfig): string[] {
  const { mode: _, ...credentials } = roma.auth;
  const hosts = [roma.origin, ...(roma.auth.mode === 'password' ? [roma.auth.iamOrigin] : [])].map(
    (origin) => new URL(origin).host,
  );
  const redis = redisUrl === null ? [] : [redisUrl, decodeURIComponent(new URL(redisUrl).password)];
  const proxies = [proxy?.httpProxy, proxy?.httpsProxy].flatMap((url) =>
    url === undefined ? [] : [url, decodeURIComponent(new URL(url).password)],
  );
  return [...Object.values(credentials), roma.origin, ...hosts, ...routerSecrets, ...redis, ...proxies];
}

/** For the log line at the start. */
function toUpstreamName(auth: AuthConfig): string {
  switch (auth.mode) {
    case 'passthrough':
      return auth.fallbackToken === undefined ? "ROMA Connect with the callers' tokens" : 'the embedded ROMA Connect emulator';
    case 'token':
      return 'ROMA Connect with a token of its own';
    case 'password':
      return 'ROMA Connect as an IAM user';
    case 'aksk':
      return 'ROMA Connect with an access key';
  }
}

function toOrigin({ family, address, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
