import { type Auth, createCredentials } from '../auth/createCredentials.ts';
import type { SharedNotes } from '../auth/refusals.ts';
import type { Operation } from '../certificates/operation.ts';
import type { ProxySettings } from '../net/connections.ts';
import { createExchangePool, type ExchangePool } from '../net/exchangePool.ts';
import { type AttemptLogger, createAttempt } from './client.ts';
import type { Ask, AskRoma, Call, Endpoint, Reading } from './Endpoint.ts';
import { readJson } from './errorBody.ts';
import { createReadKnownAnswer, readEachAnswer } from './knownAnswers.ts';
import type { CallTracer, RestMeter } from './meter.ts';
import { bulkheaded } from './resilience/bulkhead.ts';
import { circuitBroken, countingTimeouts } from './resilience/circuitBreaker.ts';
import { createCircuits } from './resilience/circuits.ts';
import { createPacing } from './resilience/pacing.ts';
import { retrying } from './resilience/retry.ts';
import { createRetryBudget } from './resilience/retryBudget.ts';
import { readUpstreamDetails, retryAfterOf } from './response.ts';

export interface UpstreamOptions {
  /** The configuration of ROMA Connect. */
  readonly target: { readonly origin: string; readonly projectId: string; readonly auth: Auth };
  /** Default: calls are direct. */
  readonly proxy?: ProxySettings | null;
  /** The time limit of one attempt. */
  readonly attemptTimeoutMs: number;
  /** Memory for decoding an answer that equals the last one byte for byte only once, in bytes. Default: none. */
  readonly knownBytes?: number;
  readonly meter: RestMeter;
  /** What replicas share about refused logins. Default: nothing. */
  readonly notes?: SharedNotes | undefined;
  /** As pino's. */
  readonly logger?: UpstreamLogger;
  /** Default: no traces. */
  readonly tracer?: CallTracer | undefined;
}

export interface UpstreamLogger extends AttemptLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface Upstream {
  readonly ask: AskRoma;
  /** Closes every connection. Calls in flight reject with UPSTREAM_UNAVAILABLE. */
  close(): Promise<void>;
}

const untraced: CallTracer = {
  call: (call) => call,
  attempt: (attempt) => attempt,
  exchange: (exchange) => exchange,
  login: (exchange) => exchange,
};

/** Everything between this service and ROMA Connect. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { target, proxy = null, attemptTimeoutMs, knownBytes = 0, meter, notes, logger, tracer = untraced } = options;
  const { origin, projectId, auth } = target;
  const pools: ExchangePool[] = [];
  const hosts: string[] = [];
  const connect = (name: string, to: string) => {
    const pool = createExchangePool({ name, origin: to, timeoutMs: attemptTimeoutMs, proxy });
    pools.push(pool);
    const { host, hostname } = new URL(to);
    hosts.push(host, hostname);
    return pool.exchange;
  };
  const credentials = createCredentials(auth, {
    projectId,
    connect: (iamOrigin) => tracer.login(connect('IAM', iamOrigin)),
    describe: (answer, secrets) => ({
      upstream: readUpstreamDetails(answer, readJson(answer), [...secrets, ...hosts]),
      retryAfterMs: retryAfterOf(answer),
    }),
    notes,
    onLogin: meter.login,
  });
  const circuits = createCircuits({
    onChange({ place, open }) {
      if (open) logger?.warn({ place }, 'an instance keeps failing and is left alone for a while');
      else logger?.info({ place }, 'the instance answers again');
    },
  });
  meter.watch?.({
    openCircuits: circuits.countOpen,
    tokenAgeSeconds() {
      const ageMs = credentials.tokenAgeMs?.();
      return ageMs === undefined ? undefined : ageMs / 1_000;
    },
  });
  const readAnswer = knownBytes > 0 ? createReadKnownAnswer(knownBytes) : readEachAnswer;
  const budget = createRetryBudget();
  const pacing = createPacing();
  // From the inside out: one attempt, bulkhead and pace, retries, circuit breaker.
  const exchange = tracer.exchange(connect('ROMA Connect', origin));
  const ask = createAttempt({ exchange, credentials, readAnswer, origin, meter, logger });
  const attempt = pacing.paced(bulkheaded(countingTimeouts(tracer.attempt(ask), circuits)));
  const call = circuitBroken(retrying(attempt, { budget, pacing, meter }), {
    probe: retrying(attempt, { budget, pacing, meter, maxRepeats: 0 }),
    circuits,
    overdueMs: attemptTimeoutMs / 2,
  });
  return {
    ask: createAskRoma(projectId, tracer.call(call)),
    async close() {
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
}

/** Passes the endpoint along with its query, so that the same wrappers serve all endpoints. Adds no promise to the call. */
function createAskRoma(projectId: string, call: Call<Ask, Reading>): AskRoma {
  return <Query, Answer extends Reading>(endpoint: Endpoint<Query, Answer>, query: Query, operation: Operation) => {
    const ask: Ask<Query, Answer> = {
      endpoint,
      query,
      place: endpoint.place(query),
      instanceId: endpoint.instanceId(query),
      request: endpoint.request(projectId, query),
    };
    return call(ask, operation) as Promise<Answer>;
  };
}
