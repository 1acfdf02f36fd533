import { useState } from 'react';
import { AsOf } from './AsOf.tsx';
import { CertificateDialog } from './CertificateDialog.tsx';
import { CertificateList } from './CertificateList.tsx';
import { Conditions } from './Conditions.tsx';
import { ExpiryCounts } from './ExpiryCounts.tsx';
import { InstanceTable } from './InstanceTable.tsx';
import { ListSkeleton } from './ListSkeleton.tsx';
import { ProblemNote } from './ProblemNote.tsx';
import { TokenForm } from './TokenForm.tsx';
import { UnreadNote } from './UnreadNote.tsx';
import { useAutoRefresh } from './useAutoRefresh.ts';
import { useCertificates } from './useCertificates.ts';
import { useCounts } from './useCounts.ts';
import { useView } from './view.ts';

interface Props {
  readonly token: string;
  onToken(token: string): void;
}

export function Dashboard({ token, onToken }: Props) {
  const view = useView();
  const counts = useCounts(view);
  const certificates = useCertificates(view);
  const { page, busy, problem } = certificates;
  const [isAutomatic, setAutomatic] = useState(false);
  const refresh = async (): Promise<void> => {
    await Promise.allSettled([certificates.refresh(), counts.refresh()]);
  };
  // What cannot work again, such as a token that ended, is not asked again and again.
  useAutoRefresh(isAutomatic && problem?.retryable !== false, () => void refresh());

  const { instances } = counts;
  const nameOf = (id: string): string => instances?.find((instance) => instance.id === id)?.name ?? id;
  const shownCounts = view.instance === '' ? counts.overall : instances?.find(({ id }) => id === view.instance);
  const where = view.instance === '' ? 'All instances' : nameOf(view.instance);

  return (
    <>
      <title>{`${where} · Certificates`}</title>
      <a className="skip" href="#certificates">
        Skip to the certificates
      </a>
      <header>
        <div className="heading">
          <h1>Certificates</h1>
          <p className="quiet">{where}</p>
        </div>
        <AsOf asOf={page?.asOf} busy={busy} onRefresh={refresh} isAutomatic={isAutomatic} onAutomatic={setAutomatic} />
        <TokenForm token={token} onChange={onToken} />
      </header>
      <ExpiryCounts view={view} counts={shownCounts} />
      <div className="columns">
        <InstanceTable view={view} counts={counts} />
        <main id="certificates" tabIndex={-1}>
          <Conditions view={view} instances={instances} />
          {problem && <ProblemNote problem={problem} nameOf={nameOf} onRetry={refresh} />}
          {page && page.unread.length > 0 && <UnreadNote unread={page.unread} onRetry={refresh} />}
          {page && <CertificateList page={page} busy={busy} loadMore={certificates.loadMore} onRestart={refresh} view={view} />}
          {page === undefined && busy && <ListSkeleton />}
        </main>
      </div>
      {view.certificate !== '' && <CertificateDialog key={view.certificate} id={view.certificate} nameOf={nameOf} />}
    </>
  );
}
