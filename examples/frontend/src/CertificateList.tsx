import { useCallback, useEffect, useRef, useState } from 'react';
import { CertificateItem } from './CertificateItem.tsx';
import type { CertificatesQuery } from './gql/graphql.ts';
import { ProblemNote } from './ProblemNote.tsx';
import { toProblem } from './problem.ts';

interface Props {
  readonly page: NonNullable<CertificatesQuery['certificates']>;
  /** Another list is on its way. */
  readonly busy: boolean;
  loadMore(after: string): Promise<void>;
  onRestart(): Promise<void>;
}

const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

export function CertificateList({ page, busy, loadMore, onRestart }: Props) {
  const { edges, totalCount, asOf } = page;
  const { state, more } = useMorePages(page, busy, loadMore);
  const end = useNearEnd(state === 'idle' ? more : null, page.pageInfo.endCursor);

  return (
    <section aria-label="Certificates" aria-busy={busy || state === 'loading'}>
      <p className="quiet" role="status">
        {totalCount === 0 ? 'No certificate meets these conditions.' : `${edges.length} of ${totalCount} certificates`}
        <span>
          {' '}
          as of <time dateTime={asOf}>{TIME.format(new Date(asOf))}</time>
        </span>
      </p>
      <ul className="certificates">
        {edges.map(({ node }) => (
          <CertificateItem key={node.id} certificate={node} />
        ))}
      </ul>
      <div className="end" ref={end}>
        {typeof state === 'object' && (
          <ProblemNote problem={state} onRetry={state.code === 'CURSOR_STALE' ? onRestart : more} />
        )}
        {typeof state === 'string' && page.pageInfo.hasNextPage && (
          <button type="button" onClick={more} disabled={state === 'loading'}>
            {state === 'loading' ? 'Loading…' : 'Show more'}
          </button>
        )}
      </div>
    </section>
  );
}

type MoreState = 'idle' | 'loading' | ReturnType<typeof toProblem>;

function useMorePages({ pageInfo }: Props['page'], busy: boolean, loadMore: Props['loadMore']) {
  const [state, setState] = useState<MoreState>('idle');
  const { hasNextPage, endCursor } = pageInfo;
  const load = useRef(loadMore);
  load.current = loadMore;
  // A problem belongs to the page that could not be had: with another list it is over.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cursor stands for the list
  useEffect(() => setState('idle'), [endCursor]);

  const more = useCallback(async (): Promise<void> => {
    if (busy || !hasNextPage || typeof endCursor !== 'string') return;
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

/** Calls `more` when the element comes near the window, and again for each new end of the list while it stays near. */
function useNearEnd(more: (() => Promise<void>) | null, endCursor: string | null | undefined) {
  const element = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an observer only reports changes, so each end needs one of its own
  useEffect(() => {
    if (element.current === null || more === null) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void more(), { rootMargin: '600px' });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [more, endCursor]);
  return element;
}
