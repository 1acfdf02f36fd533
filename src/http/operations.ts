import type { ServerResponse } from 'node:http';
import type { Caller } from '../certificates/operation.ts';
import { LightAbortController } from '../net/endSignal.ts';
import type { BeginContext } from '../operation/beginContext.ts';
import type { Context } from '../operation/context.ts';

/** The operations that run, each from its beginning to the end of its answer. */
export interface Operations {
  /** Begins one whose answer goes out with this response. */
  begin(caller: Caller, response: ServerResponse): Context;
  /** Makes every operation that runs answer at once, and so those that still come. */
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
      // The response's `close` comes with every end, the client's leaving included; the request's does not.
      if (response.closed) end();
      else response.once('close', end);
      return context;
    },
    hurry: () => hurry.abort(),
  };
}
