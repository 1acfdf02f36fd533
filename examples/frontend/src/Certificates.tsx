import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { CertificateList } from './CertificateList.tsx';
import { Conditions } from './Conditions.tsx';
import { ProblemNote } from './ProblemNote.tsx';
import { toProblem } from './problem.ts';
import { CertificatesQuery, CountsQuery } from './queries.ts';
import { type Search, toFilter, toOrder } from './search.ts';

interface Props {
  readonly instanceId: string;
  readonly search: Search;
  onSearch(search: Search): void;
}

export function Certificates({ instanceId, search, onSearch }: Props) {
  const [now, setNow] = useState(() => new Date());
  const filterBy = (expiry: Search['expiry']) => toFilter(search, expiry, now);

  const counts = useQuery(CountsQuery, {
    variables: {
      instanceId,
      all: filterBy('all'),
      expired: filterBy('expired'),
      week: filterBy('week'),
      month: filterBy('month'),
    },
  });
  const list = useQuery(CertificatesQuery, {
    variables: { instanceId, filter: filterBy(search.expiry), orderBy: toOrder(search.order) ?? null },
  });
  // What was found before stays while the next is on its way: a page that jumps to nothing and back tires the eyes.
  const shown = list.data?.certificates ?? (list.error === undefined ? list.previousData?.certificates : undefined);

  const again = async (): Promise<void> => {
    setNow(new Date());
    // Its failure is shown by what it fills.
    await Promise.allSettled([list.refetch(), counts.refetch()]);
  };

  return (
    <main id="certificates" tabIndex={-1}>
      <Conditions search={search} counts={counts.data ?? counts.previousData} onChange={onSearch} />
      {list.error !== undefined && <ProblemNote problem={toProblem(list.error)} onRetry={again} />}
      {shown && (
        <CertificateList
          page={shown}
          busy={list.data === undefined}
          loadMore={async (after) => {
            await list.fetchMore({ variables: { after } });
          }}
          onRestart={again}
        />
      )}
      {shown === undefined && list.loading && <p className="quiet">Loading certificates…</p>}
    </main>
  );
}
