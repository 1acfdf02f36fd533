import type { CallBudget, Caller, Operation } from '../certificates/operation.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { LightAbortController } from '../net/endSignal.ts';
import type { Reading } from '../roma/Endpoint.ts';

/** Makes the call, on behalf of all who wait for it. */
type Call<Answer extends Reading> = (operation: Operation) => Promise<Answer>;

/** One call under way, and those who wait for it: to the call, it is the operation that it is made for. */
class SharedRead implements Operation {
  /** Undefined once it is there, see {@link createSharedReads}. */
  answer: Promise<Reading> | undefined;
  readonly signal = new LightAbortController();
  readonly caller: Caller;
  readonly budget: CallBudget;
  readonly instanceId: string | null;
  readonly isBackground: boolean;
  readonly begunAtMs = Date.now();
  waiting = 0;
  /** The latest deadline of those who wait, in milliseconds since the epoch. */
  deadlineMs: number;

  constructor(instanceId: string | null, operation: Operation, call: Call<Reading>) {
    const { caller, budget, deadlineMs, isBackground = false } = operation;
    this.caller = caller;
    this.budget = budget;
    this.instanceId = instanceId;
    this.deadlineMs = deadlineMs;
    this.isBackground = isBackground;
    this.answer = call(this);
  }
}

export interface SharedReadRequest {
  readonly key: string;
  /** Calls that were begun before, in milliseconds since the epoch, are not joined. */
  readonly notBeforeMs: number;
  /** What the call is about, if it is about one. */
  readonly instanceId: string | null;
}

export interface SharedReads {
  /** Whether the same call is under way, begun late enough to be joined. */
  has(key: string, notBeforeMs: number): boolean;
  /** Joins the call under way with this key, or makes it. */
  read<Answer extends Reading>(request: SharedReadRequest, operation: Operation, call: Call<Answer>): Promise<Answer>;
}

/**
 * Shares calls under way. Who leaves, at a deadline or because the client went away, stops waiting and no more; when the last one
 * leaves, the call ends. The call is paid for by who made it.
 *
 * A read that is over lets go of its answer: V8 replaces the table of a busy Map every few entries, and a replaced one keeps all that it
 * held until the next full garbage collection. All rows of all pages would live so long.
 */
export function createSharedReads(): SharedReads {
  const reads = new Map<string, SharedRead>();

  function begin(key: string, instanceId: string | null, operation: Operation, call: Call<Reading>): SharedRead {
    const read = new SharedRead(instanceId, operation, call);
    const forget = (): void => {
      if (reads.get(key) === read) reads.delete(key);
      read.answer = undefined;
    };
    read.answer?.then(forget, forget);
    reads.set(key, read);
    return read;
  }

  function wait(read: SharedRead, key: string, { signal, deadlineMs }: Operation): Promise<Reading> {
    read.waiting++;
    read.deadlineMs = Math.max(read.deadlineMs, deadlineMs);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(withInstance(signal.reason, read.instanceId));
        if (--read.waiting > 0 || reads.get(key) !== read) return;
        // Nobody may join a call that is being given up.
        reads.delete(key);
        read.signal.abort(signal.reason);
      };
      signal.addEventListener('abort', leave);
      (read.answer as Promise<Reading>).then(
        (answer) => {
          signal.removeEventListener('abort', leave);
          resolve(answer);
        },
        (error: unknown) => {
          signal.removeEventListener('abort', leave);
          reject(error);
        },
      );
    });
  }

  function find(key: string, notBeforeMs: number): SharedRead | undefined {
    const read = reads.get(key);
    return read !== undefined && read.begunAtMs >= notBeforeMs ? read : undefined;
  }

  /** The key says what is read: what was begun with it is of the same kind. */
  async function readShared<Answer extends Reading>(
    request: SharedReadRequest,
    operation: Operation,
    call: Call<Answer>,
  ): Promise<Answer> {
    const { key, notBeforeMs, instanceId } = request;
    if (operation.signal.aborted) throw operation.signal.reason;
    const joined = find(key, notBeforeMs);
    if (joined === undefined) return (await wait(begin(key, instanceId, operation, call), key, operation)) as Answer;
    try {
      const answer = (await wait(joined, key, operation)) as Answer;
      // It was begun late enough, and yet ended with what another replica had read earlier.
      return answer.readAtMs >= notBeforeMs ? answer : await readShared(request, operation, call);
    } catch (error) {
      // The operation that made the call ran out of calls between two attempts, or its calls are not repeated; this one has calls of its own.
      const isOthersFault = joined.isBackground || (error instanceof SubgraphError && error.code === 'REQUEST_LIMIT_EXCEEDED');
      if (isOthersFault && !operation.signal.aborted) return readShared(request, operation, call);
      throw error;
    }
  }

  return { has: (key, notBeforeMs) => find(key, notBeforeMs) !== undefined, read: readShared };
}

/** The end of an operation says nothing of an instance; that it came while one was being waited for does. */
function withInstance(reason: unknown, instanceId: string | null): unknown {
  if (instanceId === null || !(reason instanceof SubgraphError) || reason.extensions.upstream !== undefined) return reason;
  return new SubgraphError(reason.code, reason.message, { ...reason.extensions, cause: reason, upstream: { instanceId } });
}
