import type { Credentials } from '../auth/Credentials.ts';
import { RefusedTokenError } from '../auth/RefusedTokenError.ts';
import { inTurn } from '../certificates/turns.ts';
import { CancelledError } from '../errors/CancelledError.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Exchange, HttpAnswer } from '../net/Exchange.ts';
import type { EndSignal } from '../net/endSignal.ts';
import type { Ask, Call, Reading } from './Endpoint.ts';
import type { ReadAnswer } from './knownAnswers.ts';
import type { RestMeter } from './meter.ts';

export interface ClientDeps {
  readonly exchange: Exchange;
  readonly credentials: Credentials;
  readonly readAnswer: ReadAnswer;
  /** Scheme, host and port of ROMA Connect. Not to be shown to clients. */
  readonly origin: string;
  readonly meter: RestMeter;
  /** Default: nothing is logged. */
  readonly logger?: AttemptLogger | undefined;
}

export interface AttemptLogger {
  isLevelEnabled(level: string): boolean;
  debug(details: object, message: string): void;
}

/** From here on an answer takes some milliseconds to decode: many that come at once would keep all others waiting. */
const LONG_BODY_BYTES = 64 * 1024;

/**
 * Makes one attempt, without retries or a queue. A SubgraphError about an answer, or a missing one, names its place, and the instance's ID
 * if the call is about one.
 */
export function createAttempt({ exchange, credentials, readAnswer, origin, meter, logger }: ClientDeps): Call<Ask, Reading> {
  const { host, hostname } = new URL(origin);
  return async (ask, operation) => {
    const { endpoint, query, instanceId, request } = ask;
    const authorization = await credentials.authorize(
      { method: 'GET', host, path: request.path, query: request.query },
      operation.caller,
      operation.signal,
    );
    operation.budget.spend();
    const askedAtMs = Date.now();
    const startedAt = performance.now();
    let answer: HttpAnswer | undefined;
    const done = (outcome: string): void => {
      const ms = performance.now() - startedAt;
      meter.request(outcome, ms / 1_000);
      if (logger?.isLevelEnabled('debug') !== true) return;
      const upstream = { endpoint: endpoint.name, instanceId, outcome, status: answer?.status, ms: Math.round(ms * 10) / 10 };
      logger.debug(upstream, 'call to ROMA Connect');
    };
    try {
      const details = instanceId === null ? {} : { details: { instanceId } };
      answer = await exchange(
        { method: 'GET', target: request.target, headers: authorization.headers, ...details },
        operation.signal,
      );
      const received = answer;
      const decode = () =>
        readAnswer(`${operation.caller.key} ${request.target}`, endpoint, received, {
          query,
          askedAtMs,
          secrets: () => [...authorization.secrets, host, hostname],
          unknownValue: meter.unknownValue,
        });
      const read = received.body.byteLength > LONG_BODY_BYTES ? await inTurn(decode) : decode();
      authorization.accepted?.();
      done('ok');
      if (instanceId !== null) meter.instance(instanceId, 'read');
      return read;
    } catch (error) {
      const failure = placed(toFailure(error, instanceId, operation.signal), ask);
      done(toOutcome(failure));
      if (instanceId !== null && !CancelledError.isBehind(failure)) {
        meter.instance(instanceId, hasFailed(failure) ? 'failed' : 'answered');
      }
      const refused = answer !== undefined && failure instanceof SubgraphError && failure.code === 'UNAUTHENTICATED';
      throw refused && authorization.refused?.() ? placed(new RefusedTokenError(failure), ask) : failure;
    }
  };
}

function placed(failure: unknown, { place }: Ask): unknown {
  if (failure instanceof SubgraphError) failure.place = place;
  return failure;
}

/** The outcome label of `roma_requests_total`. */
function toOutcome(failure: unknown): string {
  if (CancelledError.isBehind(failure)) return 'cancelled';
  return failure instanceof SubgraphError ? failure.code : 'INTERNAL';
}

/** Whether the instance failed, and the caller did not cause it. */
function hasFailed(failure: unknown): boolean {
  return failure instanceof SubgraphError && (failure.isOutage || failure.code === 'UPSTREAM_INVALID_RESPONSE');
}

/**
 * The error for a call that was aborted by the deadline of its operation: it names the call. A new error for each call, because several
 * calls are aborted with the same reason.
 */
function toFailure(error: unknown, instanceId: string | null, signal: EndSignal): unknown {
  if (!signal.aborted || !(error instanceof SubgraphError) || error.extensions.upstream !== undefined) return error;
  const upstream = instanceId === null ? {} : { upstream: { instanceId } };
  return new SubgraphError(error.code, error.message, { ...error.extensions, cause: error, ...upstream });
}
