import type { Caller, Operation } from '../certificates/operation.ts';
import { CancelledError } from '../errors/CancelledError.ts';
import { ClientGoneError } from '../errors/ClientGoneError.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import { LightAbortController } from '../net/endSignal.ts';
import { createCallBudget } from './callBudget.ts';

export interface OperationOptions {
  readonly caller: Caller;
  /** The whole answer is due this long after now. */
  readonly deadlineMs: number;
  readonly maxUpstreamCalls: number;
}

/** An operation and the handles that end it. */
export interface RunningOperation {
  readonly operation: Operation;
  /** Ends all that is done for the operation: nobody waits for its answer any more. */
  abandon(): void;
  /** Ends all that is done for the operation so that its answer, with errors where parts are missing, is sent at once. */
  hurry(): void;
  /** The answer is complete: ends the timer, and what is still under way for parts of it that turned out not to be needed. */
  end(): void;
}

/** Starts the clock of an operation. One abort controller and one timer serve everything that is done for it. */
export function beginOperation({ caller, deadlineMs, maxUpstreamCalls }: OperationOptions): RunningOperation {
  const controller = new LightAbortController();
  const upstreamMs = deadlineMs - answerReserveMs(deadlineMs);
  const timeOut = (): void => {
    const message = `ROMA Connect did not answer within the ${deadlineMs} ms that an operation may take.`;
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

/** One for all: every operation ends, and its stack would tell nothing. */
const ANSWERED = new CancelledError('The operation was answered before ROMA Connect did.');

/** The part of an operation's time that is kept for putting the answer together and sending it. */
function answerReserveMs(deadlineMs: number): number {
  return Math.min(250, Math.ceil(deadlineMs / 10));
}
