import { demandEach, either, integer, objectOf, oneOf, optional } from '../checks.ts';
import type { RequestMatch, RequestTraits } from '../requestMatch.ts';
import { isMatch, matchCheck } from '../requestMatch.ts';
import type { Fault } from './Fault.ts';
import { faultCheck } from './Fault.ts';

/** A fault and the requests that it applies to. */
export interface FaultRule {
  readonly fault: Fault;
  /** Every list call when absent. */
  readonly match?: RequestMatch;
  /** The first matching request that is hit, and not every nth: counted from 1 since the rule was added; 1 when absent. */
  readonly nth?: number;
  /** How many requests are hit from then on; 1 when absent. */
  readonly times?: number | 'always';
}

const ruleCheck = objectOf<FaultRule>({
  fault: faultCheck,
  match: optional(matchCheck),
  nth: optional(integer(1)),
  times: optional(either(integer(1), oneOf('always'))),
});

interface QueuedRule {
  readonly rule: FaultRule;
  seen: number;
}

/** Faults wait here for their requests. The oldest rule that is due wins; the others still count the request as seen. */
export class FaultQueue {
  #queue: QueuedRule[] = [];

  add(rules: readonly FaultRule[]): void {
    demandEach(ruleCheck, rules);
    for (const rule of rules) this.#queue.push({ rule, seen: 0 });
  }

  clear(): void {
    this.#queue = [];
  }

  /** The rules that can still apply to a request. */
  get pending(): readonly FaultRule[] {
    return this.#queue.map(({ rule }) => rule);
  }

  take(request: RequestTraits): Fault | null {
    if (this.#queue.length === 0) return null;
    let taken: Fault | null = null;
    for (const queued of this.#queue) {
      if (!isMatch(request, queued.rule.match)) continue;
      // Two rules without `nth` are two faults one after the other: the second does not count what the first has taken.
      if (taken !== null && queued.rule.nth === undefined) continue;
      queued.seen += 1;
      if (taken === null && isDue(queued)) taken = queued.rule.fault;
    }
    this.#queue = this.#queue.filter((queued) => !isSpent(queued));
    return taken;
  }
}

function isDue({ rule, seen }: QueuedRule): boolean {
  return seen >= (rule.nth ?? 1);
}

function isSpent({ rule, seen }: QueuedRule): boolean {
  const { nth = 1, times = 1 } = rule;
  return times !== 'always' && seen >= nth + times - 1;
}
