import { CertificateItem } from './CertificateItem.tsx';
import { ProblemNote } from './ProblemNote.tsx';
import type { CertificatePage } from './useCertificates.ts';
import { useMorePages } from './useMorePages.ts';
import { useNearEnd } from './useNearEnd.ts';
import { DEFAULT_VIEW, go, type View } from './view.ts';

interface Props {
  readonly view: View;
  readonly page: CertificatePage;
  /** Another list is on its way. */
  readonly busy: boolean;
  loadMore(after: string): Promise<void>;
  onRestart(): Promise<void>;
}

export function CertificateList({ view, page, busy, loadMore, onRestart }: Props) {
  const { edges, totalCount, pageInfo } = page;
  const { state, more } = useMorePages(page, busy, loadMore);
  const end = useNearEnd(state === 'idle' ? more : null, pageInfo.endCursor);

  return (
    <section aria-label="Certificates" aria-busy={busy || state === 'loading'}>
      <p className="quiet" role="status">
        {totalCount === 0 ? 'No certificates' : `${edges.length} of ${totalCount} certificates`}
      </p>
      {totalCount === 0 && (
        <div className="empty">
          <p>No certificate meets these conditions.</p>
          <button type="button" onClick={() => go(DEFAULT_VIEW)}>
            Clear filters
          </button>
        </div>
      )}
      <ul className="certificates">
        {edges.map(({ node }) => (
          <CertificateItem key={node.id} view={view} certificate={node} />
        ))}
      </ul>
      <div className="end" ref={end}>
        {typeof state === 'object' && (
          <ProblemNote problem={state} onRetry={state.code === 'CURSOR_STALE' ? onRestart : more} />
        )}
        {typeof state === 'string' && pageInfo.hasNextPage && (
          <button type="button" onClick={more} disabled={state === 'loading'}>
            {state === 'loading' ? 'Loading…' : 'Show more'}
          </button>
        )}
      </div>
    </section>
  );
}
