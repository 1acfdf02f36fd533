import { type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { ClientGoneError } from '../../errors/ClientGoneError.ts';
import { SubgraphError } from '../../errors/SubgraphError.ts';
import type { Context } from '../../operation/context.ts';
import { type ReusePolicy, toCacheControl } from '../cacheControl.ts';
import { admit, type RequestLimits } from '../limits/admission.ts';
import type { Variables } from '../limits/countRows.ts';
import { noteOutcome, type RequestRecord, reportError } from '../requestRecord.ts';
import { type Answer, createAnswers } from './answers.ts';
import { toShown } from './failures.ts';
import type { Plan, Plans, Run } from './plans.ts';
import { toBody } from './runByPlans.ts';

/** What decides the answer to a request. */
export interface ExpressRequest {
  /** Identifies whose credentials are used. */
  readonly callerKey: string;
  readonly accept: string;
  /** The body as it came. */
  readonly text: string;
}

export interface ExpressAnswer {
  /** In bytes, so that an answer that is sent again is encoded no more. */
  readonly body: Buffer;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** A request on its way: what it needs from the rest of the server. */
export interface RequestHooks {
  readonly record: RequestRecord;
  begin(): Context;
}

export interface ExpressLane {
  /**
   * Sends a whole answer again while it may be reused, or runs an operation whose document has passed Apollo Server before. Undefined:
   * Apollo Server has to answer, and nothing was begun.
   */
  answer(request: ExpressRequest, hooks: RequestHooks): ExpressAnswer | Promise<ExpressAnswer> | undefined;
  /** Tells which content type Apollo Server chose for an `Accept` header. */
  learnType(accept: string, contentType: string): void;
}

export interface ExpressLaneDeps {
  readonly plans: Plans;
  readonly limits: RequestLimits;
  readonly reuse: ReusePolicy;
  /** What the caller was shown before that time, in milliseconds since the epoch, may not be shown again. */
  usableSinceMs(callerKey: string): number;
}

const MAX_ACCEPT_HEADERS = 100;

/** The part of its reuse time in which a whole answer is sent again. */
const IN_TIME = 3 / 4;

/**
 * Operations of one caller with the same text that overlap are run once.
 *
 * The short way for what has gone the long way before: a document that Apollo Server has parsed, validated and found within all limits
 * is run by its plan, and a whole answer is sent again while all that is in it may be reused. Answers that hang on the clock are made
 * anew each time, from rows that are reused. Limits that depend on variables are checked before an answer is made. Whatever is not plain (other content types,
 * variables that do not fit) goes the long way.
 */
export function createExpressLane({ plans, limits, reuse, usableSinceMs }: ExpressLaneDeps): ExpressLane {
  const answers = createAnswers();
  /** By all that they depend on. */
  const underWay = new Map<string, Promise<Made>>();
  const contentTypes = new LRUCache<string, string>({ max: MAX_ACCEPT_HEADERS });

  function prepare({ accept, text }: ExpressRequest): Prepared | undefined {
    const contentType = contentTypes.get(accept);
    const asked = contentType === undefined ? undefined : readPlainRequest(text);
    const source = asked && sourceOf(asked);
    const plan = source === undefined ? undefined : plans.find(source, asked?.operationName);
    if (contentType === undefined || plan === undefined || asked === undefined) return undefined;
    const run = plan.prepare(asked.variables);
    if (run === undefined) return undefined;
    const { variables } = asked;
    return { plan, run, contentType, variables, isShared: reuse.ttlMs > 0 && !plan.hangsOnClock(variables) };
  }

  /** Of a persisted query, the document that has its hash; one that is sent along must be the same. */
  function sourceOf({ query, hash }: PlainRequest): string | undefined {
    if (hash === undefined) return query;
    const source = plans.sourceOf(hash);
    return query === undefined || query === source ? source : undefined;
  }

  async function execute(key: string, prepared: Prepared, { record }: RequestHooks, context: Context): Promise<Made> {
    const { plan, run, contentType, variables } = prepared;
    context.admission = admit(plan.document, plan.operation, variables, limits);
    const { data, failures } = await run(context);
    const errors = failures.length === 0 ? undefined : toShown(failures, (error) => reportError(error, record.log()));
    const body = Buffer.from(toBody(data, errors));
    const readAtMs = errors === undefined ? context.loaders.reads.oldestMs : null;
    const operationName = plan.operation.name?.value;
    if (readAtMs !== null && prepared.isShared) answers.keep(key, { body, contentType, operationName, readAtMs });
    const isAbandoned = failures.some(({ cause }) => cause instanceof SubgraphError && ClientGoneError.isBehind(cause));
    return { body, contentType, operationName, readAtMs, errors, isAbandoned };
  }

  /** As another operation that is under way is answered, or by running it. */
  async function make(key: string, prepared: Prepared, hooks: RequestHooks): Promise<ExpressAnswer> {
    const joined = underWay.get(key);
    const making = joined ?? execute(key, prepared, hooks, hooks.begin());
    if (joined === undefined && prepared.isShared) lead(key, making);
    const made = await making;
    // Its client has left, and this one has not.
    if (joined !== undefined && made.isAbandoned === true) return make(key, prepared, hooks);
    return send(made, hooks, Date.now());
  }

  function lead(key: string, making: Promise<Made>): void {
    underWay.set(key, making);
    const forget = (): void => {
      if (underWay.get(key) === making) underWay.delete(key);
    };
    making.then(forget, forget);
  }

  function send(
    { body, contentType, readAtMs, operationName, errors }: Made,
    { record }: RequestHooks,
    nowMs: number,
  ): ExpressAnswer {
    noteOutcome(record, { type: OperationTypeNode.QUERY, name: operationName }, errors);
    return { body, contentType, cacheControl: toCacheControl(reuse, readAtMs, nowMs) };
  }

  return {
    answer(request, hooks) {
      const key = toKey(request);
      const before = answers.get(key);
      const nowMs = Date.now();
      // Late in its time it is made anew of the rows that are held, which has them read again where that is due.
      const isInTime = before !== undefined && before.readAtMs + reuse.ttlMs * IN_TIME > nowMs;
      if (isInTime && before.readAtMs >= usableSinceMs(request.callerKey)) return send(before, hooks, nowMs);
      const prepared = prepare(request);
      return prepared && make(key, prepared, hooks);
    },

    learnType(accept, contentType) {
      contentTypes.set(accept, contentType);
    },
  };
}

/** An operation with its variables, ready to run. */
interface Prepared {
  readonly plan: Plan;
  readonly run: Run;
  readonly variables: Variables;
  /** The content type of its answer. */
  readonly contentType: string;
  /** Whether its answer may be another operation's, too, while it may be reused. */
  readonly isShared: boolean;
}

/** An answer that was made just now, or is sent again. */
interface Made extends Omit<Answer, 'readAtMs'> {
  /** Null: it is not to be reused. */
  readonly readAtMs: number | null;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  /** Its client has left before it was whole. */
  readonly isAbandoned?: boolean;
}

/** All that an answer depends on. */
function toKey({ callerKey, accept, text }: ExpressRequest): string {
  return `${callerKey} ${accept}\n${text}`;
}

interface PlainRequest {
  /** Absent only where there is a hash. */
  readonly query: string | undefined;
  /** Of a persisted query. */
  readonly hash: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Variables;
}

/** A request with nothing but a document, a name and variables, each of the right type; for any other, Apollo Server has words. */
function readPlainRequest(text: string): PlainRequest | undefined {
  const body = tryToParse(text);
  if (typeof body !== 'object' || body === null) return undefined;
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  const hash = readHash(extensions);
  if (hash === null || (typeof query !== 'string' && (query != null || hash === undefined))) return undefined;
  if (operationName != null && (typeof operationName !== 'string' || operationName === '')) return undefined;
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) return undefined;
  return {
    query: query ?? undefined,
    hash,
    operationName: operationName ?? undefined,
    variables: (variables as Variables | null | undefined) ?? {},
  };
}

/** Clients say in extensions who they are, which changes nothing. Undefined: no persisted query. Null: for Apollo Server to judge. */
function readHash(extensions: unknown): string | null | undefined {
  if (extensions == null) return undefined;
  if (typeof extensions !== 'object' || Array.isArray(extensions)) return null;
  const { persistedQuery } = extensions as { readonly persistedQuery?: unknown };
  if (persistedQuery === undefined) return undefined;
  const { version, sha256Hash } = (persistedQuery ?? {}) as { readonly version?: unknown; readonly sha256Hash?: unknown };
  return version === 1 && typeof sha256Hash === 'string' ? sha256Hash : null;
}

function tryToParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
