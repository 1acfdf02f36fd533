import type { CertificateFilter, CertificateOrder } from './gql/graphql.ts';
import type { View } from './view.ts';

export const EXPIRIES = ['valid', 'expired', 'week', 'month', 'quarter', 'all'] as const;
export type Expiry = (typeof EXPIRIES)[number];

export const SCOPES = ['', 'INSTANCE', 'GLOBAL'] as const;
export type Scope = (typeof SCOPES)[number];

export const ORDERS = ['nearest', 'farthest', 'name'] as const;
export type Order = (typeof ORDERS)[number];

/** Days, not dates: the filter stays the same text, so that it stays the same list in the cache. */
const TIMES: Readonly<Record<Expiry, CertificateFilter>> = {
  valid: { expired: false },
  expired: { expired: true },
  week: { expiresWithinDays: 7 },
  month: { expiresWithinDays: 30 },
  quarter: { expiresWithinDays: 90 },
  all: {},
};

export function toFilter({ search, scope }: View, expiry: Expiry): CertificateFilter {
  return { ...TIMES[expiry], ...(search !== '' && { search }), ...(scope !== '' && { scope }) };
}

export function toOrder({ order, expiry }: View): CertificateOrder {
  if (order === 'name') return { field: 'NAME', direction: 'ASC' };
  // Nearest to now: of what has expired, that is the latest.
  const isAscending = (order === 'nearest') !== (expiry === 'expired');
  return { field: 'NOT_AFTER', direction: isAscending ? 'ASC' : 'DESC' };
}
