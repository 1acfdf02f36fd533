import { SubgraphError, type UnsearchedInstance } from '../errors/SubgraphError.ts';

/** An instance that could not be read, and why. */
export interface Cause {
  readonly instanceId: string;
  readonly error: SubgraphError;
}

/** What a client sees of a cause. */
export function toUnsearched({ instanceId, error }: Cause): UnsearchedInstance {
  const { code, upstream } = error.extensions;
  return { instanceId, code, ...(upstream !== undefined && { upstream }) };
}

/** A token that every instance refuses is wrong: that is the error, and not that nothing could be read. */
export function refusedByAll(instances: number, causes: readonly Cause[]): SubgraphError | undefined {
  const isRefused = causes.length === instances && causes.every(({ error }) => error.code === 'UNAUTHENTICATED');
  return isRefused ? causes[0]?.error : undefined;
}

/** Which instances there are could not be found out. A token that is refused is that error itself. `what`: the begin of a sentence. */
export function toDiscoveryFailure(code: 'LOOKUP_INCOMPLETE' | 'LIST_INCOMPLETE', what: string, failure: Error): Error {
  if (!(failure instanceof SubgraphError) || failure.code === 'UNAUTHENTICATED') return failure;
  const { upstream, retryable } = failure.extensions;
  return new SubgraphError(code, `${what}, because ROMA Connect did not tell which instances there are: see "discovery".`, {
    cause: failure,
    retryable,
    instances: [],
    discovery: { code: failure.code, ...(upstream !== undefined && { upstream }) },
  });
}
