import { useState } from 'react';
import type { Expiry } from './filter.ts';
import type { Counts, EstateCounts } from './useCounts.ts';
import { ViewLink } from './ViewLink.tsx';
import type { View } from './view.ts';

const COLUMNS: readonly { readonly expiry: Expiry; readonly head: string; readonly words: string }[] = [
  { expiry: 'expired', head: 'Expired', words: 'expired' },
  { expiry: 'week', head: '7 days', words: 'within 7 days' },
  { expiry: 'month', head: '30 days', words: 'within 30 days' },
  { expiry: 'quarter', head: '90 days', words: 'within 90 days' },
];

/** On a phone the list comes first. */
const BESIDE_THE_LIST = '(min-width: 60rem)';

interface Props {
  readonly view: View;
  readonly counts: EstateCounts;
}

/** What is expired and what expires when, in each instance. Each count leads to its certificates. */
export function InstanceTable({ view, counts: { overall, instances } }: Props) {
  const [isOpenAtFirst] = useState(() => matchMedia(BESIDE_THE_LIST).matches);
  return (
    <aside className="instances" aria-label="By instance">
      <details open={isOpenAtFirst}>
        <summary>By instance</summary>
        <table aria-label="By instance">
          <thead>
            <tr>
              <th scope="col">Instance</th>
              {COLUMNS.map(({ expiry, head }) => (
                <th key={expiry} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Row view={view} id="" name="All instances" counts={overall} />
            {instances?.map((instance) => (
              <Row
                key={instance.id}
                view={view}
                id={instance.id}
                name={instance.name ?? instance.id}
                status={instance.status}
                counts={instance}
              />
            ))}
          </tbody>
        </table>
      </details>
    </aside>
  );
}

interface RowProps {
  readonly view: View;
  readonly id: string;
  readonly name: string;
  readonly status?: string | null;
  readonly counts: Counts | undefined;
}

function Row({ view, id, name, status = null, counts }: RowProps) {
  const isShown = view.instance === id;
  return (
    <tr aria-current={isShown ? 'true' : undefined}>
      <th scope="row">
        <ViewLink view={view} change={{ instance: id }}>
          {name}
        </ViewLink>
        {/* What runs needs no word. */}
        {status !== null && status !== 'RUNNING' && <span className="status">{status.toLowerCase()}</span>}
      </th>
      {COLUMNS.map(({ expiry, words }) => {
        const count = counts?.[expiry]?.totalCount;
        return (
          <td key={expiry} data-expiry={expiry} data-none={count === 0 || undefined}>
            {count === undefined ? (
              '–'
            ) : (
              <ViewLink
                view={view}
                change={{ instance: id, expiry }}
                aria-label={`${count} ${words} in ${name}`}
                aria-current={isShown && view.expiry === expiry ? 'true' : undefined}
              >
                {count}
              </ViewLink>
            )}
          </td>
        );
      })}
    </tr>
  );
}
