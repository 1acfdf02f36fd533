import { type ExecutionResult, OperationTypeNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Context } from '../../context/context.ts';
import { type ReusePolicy, toCacheControl } from '../cacheControl.ts';
import { formatError } from '../formatError.ts';
import { exceedsLimits, type RequestLimits } from '../requestLimits.ts';
import { noteOutcome, type RequestRecord, reportError } from '../requestRecord.ts';
import { createAnswers } from './answers.ts';
import type { Plan, Plans, Run } from './plans.ts';
import type { Variables } from './specialise.ts';

/** What of a request decides its answer, besides who asks. */
export interface ExpressRequest {
  readonly accept: string;
  /** The body as it came. */
  readonly text: string;
}

export interface ExpressAnswer {
  readonly body: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** A request on its way: what it needs from the rest of the server. */
export interface Ride {
  /** Identifies whose credentials are used. */
  readonly callerKey: string;
  readonly record: RequestRecord;
  begin(): Context;
}

export interface ExpressLane {
  /** A whole answer of before. */
  reuse(request: ExpressRequest, ride: Pick<Ride, 'callerKey' | 'record'>): ExpressAnswer | undefined;
  /** Runs an operation whose document has passed Apollo Server before. Undefined: Apollo Server has to answer, and nothing was begun. */
  run(request: ExpressRequest, body: unknown, ride: Ride): Promise<ExpressAnswer> | undefined;
  /** Tells which content type Apollo Server chose for an `Accept` header. */
  learnType(accept: string, contentType: string): void;
}

export interface ExpressLaneDeps {
  readonly plans: Plans;
  readonly limits: RequestLimits;
  readonly reuse: ReusePolicy;
}

const MAX_ACCEPT_HEADERS = 100;

/**
 * The short way for what has gone the long way before: a document that Apollo Server has parsed, validated and found within all limits
 * is run by its plan, and a whole answer is sent again while all that is in it may be reused. Limits that depend on variables are
 * checked each time. Whatever is not plain (other content types, persisted queries, variables that do not fit) goes the long way.
 */
export function createExpressLane({ plans, limits, reuse }: ExpressLaneDeps): ExpressLane {
  const answers = createAnswers();
  const contentTypes = new LRUCache<string, string>({ max: MAX_ACCEPT_HEADERS });

  async function execute(
    request: ExpressRequest,
    contentType: string,
    { operation }: Plan,
    run: Run,
    ride: Ride,
  ): Promise<ExpressAnswer> {
    const context = ride.begin();
    const { data, errors }: ExecutionResult = await run(context);
    for (const error of errors ?? []) reportError(error, ride.record.log());
    const shown = errors?.map((error) => formatError(error.toJSON(), error));
    const operationName = operation.name?.value;
    noteOutcome(ride.record, { type: operation.operation, name: operationName }, shown);
    const body = JSON.stringify(shown === undefined ? { data } : { errors: shown, data });
    const readAtMs = shown === undefined ? context.loaders.freshness.oldestMs : null;
    if (readAtMs !== null && reuse.ttlMs > 0)
      answers.keep(ride.callerKey, toKey(request), { body, contentType, operationName, readAtMs });
    return { body, contentType, cacheControl: toCacheControl(reuse, readAtMs, Date.now()) };
  }

  return {
    reuse(request, { callerKey, record }) {
      if (reuse.ttlMs === 0) return undefined;
      const nowMs = Date.now();
      const answer = answers.get(callerKey, toKey(request));
      if (answer === undefined || answer.readAtMs + reuse.ttlMs <= nowMs) return undefined;
      const { body, contentType, operationName, readAtMs } = answer;
      noteOutcome(record, { type: OperationTypeNode.QUERY, name: operationName });
      return { body, contentType, cacheControl: toCacheControl(reuse, readAtMs, nowMs) };
    },

    run(request, body, ride) {
      const contentType = contentTypes.get(request.accept);
      const asked = contentType === undefined ? undefined : readPlainRequest(body);
      const plan = asked && plans.find(asked.query, asked.operationName);
      if (contentType === undefined || plan === undefined || asked === undefined) return undefined;
      if (exceedsLimits(plan.document, plan.operation, asked.variables, limits)) return undefined;
      const run = plan.prepare(asked.variables);
      return run && execute(request, contentType, plan, run, ride);
    },

    learnType(accept, contentType) {
      contentTypes.set(accept, contentType);
    },
  };
}

function toKey({ accept, text }: ExpressRequest): string {
  return `${accept}\n${text}`;
}

interface PlainRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
}

/** A request with nothing but a document, a name and variables, each of the right type; for any other, Apollo Server has words. */
function readPlainRequest(body: unknown): PlainRequest | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  if (typeof query !== 'string' || extensions != null) return undefined;
  if (operationName != null && (typeof operationName !== 'string' || operationName === '')) return undefined;
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) return undefined;
  return { query, operationName: operationName ?? undefined, variables: (variables as Variables | null | undefined) ?? {} };
}
