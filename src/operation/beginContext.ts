import type { Caller } from '../certificates/operation.ts';
import { createLoaders, type LoaderDeps, type LoaderSource } from '../loaders/loaders.ts';
import { beginOperation, type OperationOptions, type RunningOperation } from './beginOperation.ts';
import type { Context } from './context.ts';

export interface ContextDeps
  extends Omit<OperationOptions, 'caller'>,
    Pick<LoaderDeps, 'instanceIds' | 'lookup' | 'meter' | 'around'> {
  readonly source: LoaderSource;
}

/** Starts an operation and its deadline. The caller of this function has to end it. */
export type BeginContext = (caller: Caller) => RunningContext;

export interface RunningContext {
  readonly context: Context;
  readonly running: RunningOperation;
}

export function createBeginContext({ source, instanceIds, lookup, meter, around, ...limits }: ContextDeps): BeginContext {
  return (caller) => {
    const running = beginOperation({ ...limits, caller });
    const { operation } = running;
    const { listCertificates, read } = source;
    const held = source.heldFor(caller);
    const nowMs = Date.now();
    const loaders = createLoaders({
      listCertificates,
      read,
      operation,
      held,
      instanceIds,
      nowMs,
      ...(lookup && { lookup }),
      meter,
      around,
    });
    return { running, context: { loaders, nowMs } };
  };
}
