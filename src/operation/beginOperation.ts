import type { Caller, Operation } from '../certificates/operation.ts';
import { CancelledError } from '../errors/CancelledError.ts';
import { ClientGoneError } from '../errors/ClientGoneError.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { LightAbortController } from '../net/endSignal.ts';
import { createCallBudget } from './callBudget.ts';

export interface OperationOptions {
  readonly caller: Caller;
  /** The whole answer has to be sent within this time from now. */
  readonly timeLimitMs: number;
  readonly maxUpstreamCalls: number;
}

/** An operation and the handles that end it. */
export interface RunningOperation {
  readonly operation: Operation;
  /** Aborts all work for the operation: the client has left. */
  abandon(): void;
  /** Aborts all calls of the operation, so that its answer is sent at once, with errors for what is missing. */
  hurry(): void;
  /** The answer was sent: stops the timer, and aborts calls that turned out not to be needed. */
  end(): void;
}

/** Starts the deadline of an operation. All its work shares one abort controller and one timer. */
export function beginOperation({ caller, timeLimitMs, maxUpstreamCalls }: OperationOptions): RunningOperation {
  const controller = new LightAbortController();
  const upstreamMs = timeLimitMs - answerReserveMs(timeLimitMs);
  const timeOut = (): void => {
    const message = `ROMA Connect did not answer within the ${timeLimitMs} ms that an operation may take.`;
    controller.abort(new SubgraphError('UPSTREAM_TIMEOUT', message));
  };
  const timer = setTimeout(timeOut, upstreamMs);
  return {
    operation: {
      caller,
      signal: controller,
      deadlineMs: Date.now() + upstreamMs,
      budget: createCallBudget(maxUpstreamCalls),
    },
    abandon: () => controller.abort(new ClientGoneError()),
    hurry: () => controller.abort(new CancelledError('The service is shutting down, and ROMA Connect did not answer in time.')),
    end() {
      clearTimeout(timer);
      controller.abort(ANSWERED);
    },
  };
}

/** Shared by all operations: each one ends with it, and its stack says nothing. */
const ANSWERED = new CancelledError('The operation was answered before ROMA Connect did.');

/** The part of an operation's time that is reserved for making the answer and sending it. */
function answerReserveMs(timeLimitMs: number): number {
  return Math.min(250, Math.ceil(timeLimitMs / 10));
}
