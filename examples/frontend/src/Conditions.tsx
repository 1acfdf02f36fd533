import { useEffect, useId, useState } from 'react';
import type { CountsQuery } from './gql/graphql.ts';
import type { Expiry, Order, Search } from './search.ts';

interface Props {
  readonly search: Search;
  readonly counts: CountsQuery | undefined;
  onChange(search: Search): void;
}

const EXPIRIES: readonly { readonly value: Expiry; readonly label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'expired', label: 'Expired' },
  { value: 'week', label: 'Next 7 days' },
  { value: 'month', label: 'Next 30 days' },
];

/** Long enough for the next key. */
const TYPING_MS = 300;

export function Conditions({ search, counts, onChange }: Props) {
  const id = useId();
  const [host, setHost] = useState(search.host);
  useEffect(() => {
    if (host.trim() === search.host) return;
    const timer = setTimeout(() => onChange({ ...search, host: host.trim() }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [host, search, onChange]);

  return (
    <search className="conditions">
      <fieldset className="expiries">
        <legend>End of validity</legend>
        {EXPIRIES.map(({ value, label }) => (
          <label key={value} data-expiry={value}>
            <input
              type="radio"
              name={`${id}-expiry`}
              checked={search.expiry === value}
              onChange={() => onChange({ ...search, expiry: value })}
            />
            <span className="count">{counts?.[value]?.totalCount ?? '–'}</span>
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <div className="fields">
        <div>
          <label htmlFor={`${id}-host`}>Covers host</label>
          <input
            id={`${id}-host`}
            type="search"
            inputMode="url"
            placeholder="www.example.com"
            spellCheck={false}
            autoCapitalize="none"
            value={host}
            onChange={(event) => setHost(event.target.value)}
          />
        </div>
        <div>
          <label htmlFor={`${id}-scope`}>Scope</label>
          <select
            id={`${id}-scope`}
            value={search.scope}
            onChange={(event) => onChange({ ...search, scope: event.target.value as Search['scope'] })}
          >
            <option value="">All</option>
            <option value="INSTANCE">This instance</option>
            <option value="GLOBAL">Global</option>
          </select>
        </div>
        <div>
          <label htmlFor={`${id}-order`}>Order</label>
          <select
            id={`${id}-order`}
            value={search.order}
            onChange={(event) => onChange({ ...search, order: event.target.value as Order })}
          >
            <option value="SOONEST">Ends first</option>
            <option value="LATEST">Ends last</option>
            <option value="NAME">Name</option>
            <option value="UPSTREAM">Unsorted</option>
          </select>
        </div>
      </div>
    </search>
  );
}
