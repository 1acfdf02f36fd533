import { useCallback, useEffect, useRef, useState } from 'react';
import { type Problem, toProblem } from './problem.ts';
import type { CertificatePage } from './useCertificates.ts';

type State = 'idle' | 'loading' | Problem;

/** Loads the next page, once at a time. */
export function useMorePages({ pageInfo }: CertificatePage, busy: boolean, loadMore: (after: string) => Promise<void>) {
  const [state, setState] = useState<State>('idle');
  const { hasNextPage, endCursor } = pageInfo;
  const load = useRef(loadMore);
  load.current = loadMore;
  // A problem belongs to the page that could not be had: with another list it is over.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cursor stands for the list
  useEffect(() => setState('idle'), [endCursor]);

  const more = useCallback(async (): Promise<void> => {
    if (busy || !hasNextPage || endCursor === null) return;
    setState('loading');
    try {
      await load.current(endCursor);
      setState('idle');
    } catch (error) {
      setState(toProblem(error));
    }
  }, [busy, hasNextPage, endCursor]);
  return { state, more };
}
