import type { CallBudget } from '../certificates/lists.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';

export function createCallBudget(calls: number): CallBudget {
  let remaining = calls;
  return {
    get remaining() {
      return remaining;
    },
    spend() {
      if (remaining === 0) {
        throw new SubgraphError(
          'REQUEST_LIMIT_EXCEEDED',
          `This operation needs more than the ${calls} calls to ROMA Connect that one may cause: ask for fewer or closer pages, or for fewer instances at once.`,
        );
      }
      remaining -= 1;
    },
  };
}
