import type { Severity } from './expiry.ts';
import type { Expiry } from './filter.ts';
import { Sign } from './Sign.tsx';
import type { Counts } from './useCounts.ts';
import { ViewLink } from './ViewLink.tsx';
import type { View } from './view.ts';

interface Tile {
  readonly expiry: Expiry;
  readonly label: string;
  readonly severity: Severity;
}

const TILES: readonly Tile[] = [
  { expiry: 'expired', label: 'Expired', severity: 'expired' },
  { expiry: 'week', label: 'Within 7 days', severity: 'urgent' },
  { expiry: 'month', label: 'Within 30 days', severity: 'soon' },
  { expiry: 'quarter', label: 'Within 90 days', severity: 'unknown' },
  { expiry: 'valid', label: 'Not expired', severity: 'valid' },
  { expiry: 'all', label: 'All', severity: 'unknown' },
];

interface Props {
  readonly view: View;
  /** Of the instance that is shown, or of all. */
  readonly counts: Counts | undefined;
}

export function ExpiryCounts({ view, counts }: Props) {
  return (
    <nav className="tiles" aria-label="By expiry">
      {TILES.map(({ expiry, label, severity }) => (
        <ViewLink
          key={expiry}
          view={view}
          change={{ expiry }}
          aria-current={view.expiry === expiry ? 'true' : undefined}
          data-severity={severity}
          data-none={counts?.[expiry]?.totalCount === 0 || undefined}
        >
          <span className="count">{counts?.[expiry]?.totalCount ?? '–'}</span>{' '}
          <span className="label">
            {severity !== 'unknown' && <Sign severity={severity} />}
            {label}
          </span>
        </ViewLink>
      ))}
    </nav>
  );
}
