import type { CallBudget } from '../certificates/operation.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';

export function createCallBudget(calls: number): CallBudget {
  return new CountedBudget(calls);
}

class CountedBudget implements CallBudget {
  readonly #calls: number;
  #spent = 0;

  constructor(calls: number) {
    this.#calls = calls;
  }

  get remaining(): number {
    return this.#calls - this.#spent;
  }

  spend(): void {
    if (this.remaining === 0) {
      throw new SubgraphError(
        'REQUEST_LIMIT_EXCEEDED',
        `This operation needs more than the ${this.#calls} calls to ROMA Connect that one may cause: ask for fewer or closer pages, for fewer instances at once, or for details of fewer certificates.`,
      );
    }
    this.#spent += 1;
  }
}
