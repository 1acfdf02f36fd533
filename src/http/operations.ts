import type { ServerResponse } from 'node:http';
import type { Caller } from '../certificates/operation.ts';
import { LightAbortController } from '../net/endSignal.ts';
import type { BeginContext } from '../operation/beginContext.ts';
import type { Context } from '../operation/context.ts';

/** The operations in flight, each until its answer is sent or its client left. */
export interface Operations {
  /** Begins an operation that is answered by this response. */
  begin(caller: Caller, response: ServerResponse): Context;
  /** Makes every operation answer at once with what it has: those in flight and later ones. */
  hurry(): void;
}

export function createOperations(beginContext: BeginContext): Operations {
  const hurry = new LightAbortController();
  return {
    begin(caller, response) {
      const { context, running } = beginContext(caller);
      if (hurry.aborted) running.hurry();
      else hurry.addEventListener('abort', running.hurry);
      const end = (): void => {
        hurry.removeEventListener('abort', running.hurry);
        if (!response.writableEnded) running.abandon();
        running.end();
      };
      // The response emits `close` also when the client leaves; the request does not.
      if (response.closed) end();
      else response.once('close', end);
      return context;
    },
    hurry: () => hurry.abort(),
  };
}
