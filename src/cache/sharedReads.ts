import { Ending } from '../certificates/endSignal.ts';
import type { ListCertificates, ListPage, ListQuery, Operation } from '../certificates/lists.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';

/** One call under way, and those who wait for it. */
interface SharedRead {
  readonly page: Promise<ListPage>;
  readonly ending: Ending;
  readonly instanceId: string;
  waiting: number;
  /** The latest deadline of those who wait, in milliseconds since the epoch. */
  deadlineMs: number;
}

type Options = Parameters<ListCertificates>[2];

export interface SharedReads {
  /** Whether the same call is under way. */
  has(key: string): boolean;
  /** Joins the call under way with this key, or makes it. */
  read(key: string, ...call: Parameters<ListCertificates>): Promise<ListPage>;
}

/**
 * Shares calls under way. Who leaves, at a deadline or because the client went away, stops waiting and no more; when the last one
 * leaves, the call ends. The call is paid for by who made it.
 */
export function createSharedReads(listCertificates: ListCertificates): SharedReads {
  const reads = new Map<string, SharedRead>();

  function begin(key: string, query: ListQuery, { caller, budget, deadlineMs }: Operation, options?: Options): SharedRead {
    const ending = new Ending();
    const operation: Operation = {
      caller,
      budget,
      signal: ending,
      get deadlineMs() {
        return read.deadlineMs;
      },
    };
    const read: SharedRead = {
      page: Promise.resolve().then(() => listCertificates(query, operation, options)),
      ending,
      instanceId: query.instanceId,
      waiting: 0,
      deadlineMs,
    };
    const forget = (): void => {
      if (reads.get(key) === read) reads.delete(key);
    };
    read.page.then(forget, forget);
    reads.set(key, read);
    return read;
  }

  function wait(read: SharedRead, key: string, { signal, deadlineMs }: Operation): Promise<ListPage> {
    read.waiting++;
    read.deadlineMs = Math.max(read.deadlineMs, deadlineMs);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(withInstance(signal.reason, read.instanceId));
        if (--read.waiting > 0 || reads.get(key) !== read) return;
        // Nobody may join a call that is being given up.
        reads.delete(key);
        read.ending.abort(signal.reason);
      };
      signal.addEventListener('abort', leave);
      read.page.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  async function readShared(key: string, query: ListQuery, operation: Operation, options?: Options): Promise<ListPage> {
    if (operation.signal.aborted) throw operation.signal.reason;
    const joined = reads.get(key);
    try {
      return await wait(joined ?? begin(key, query, operation, options), key, operation);
    } catch (error) {
      // The operation that made the call ran out of calls between two attempts; this one has calls of its own.
      const isOthersFault = joined !== undefined && error instanceof SubgraphError && error.code === 'REQUEST_LIMIT_EXCEEDED';
      if (isOthersFault) return readShared(key, query, operation, options);
      throw error;
    }
  }

  return { has: (key) => reads.has(key), read: readShared };
}

/** The end of an operation says nothing of an instance; that it came while one was being waited for does. */
function withInstance(reason: unknown, instanceId: string): unknown {
  if (!(reason instanceof SubgraphError) || reason.extensions.upstream !== undefined) return reason;
  return new SubgraphError(reason.code, reason.message, { ...reason.extensions, cause: reason, upstream: { instanceId } });
}
