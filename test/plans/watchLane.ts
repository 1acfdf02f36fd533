import type * as lanes from '../../src/graphql/plans/expressLane.ts';

/** What the lane did. The app itself knows nothing of it. */
export interface LaneCounts {
  /** Lanes that were made. */
  lanes: number;
  /** Answers that took a plan, or at least a call. */
  plans: number;
  /** Answers of before that were there at once. */
  answers: number;
}

/** The module, whose lanes are counted. For `vi.mock`. */
export function watchLane(original: typeof lanes, counts: LaneCounts): typeof lanes {
  const createExpressLane: typeof original.createExpressLane = (deps) => {
    const lane = original.createExpressLane(deps);
    counts.lanes += 1;
    return {
      ...lane,
      answer(...request) {
        const answer = lane.answer(...request);
        // What is there at once was there before.
        if (answer !== undefined) counts[answer instanceof Promise ? 'plans' : 'answers'] += 1;
        return answer;
      },
    };
  };
  return { ...original, createExpressLane };
}
