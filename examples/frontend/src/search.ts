import type { CertificateFilter, CertificateOrder, CertificateScope } from './gql/graphql.ts';

export type Expiry = 'all' | 'expired' | 'week' | 'month';
export type Order = 'SOONEST' | 'LATEST' | 'NAME' | 'UPSTREAM';

/** What the person asks for. */
export interface Search {
  readonly expiry: Expiry;
  readonly host: string;
  readonly scope: CertificateScope | '';
  readonly order: Order;
}

export const FIRST_SEARCH: Search = { expiry: 'all', host: '', scope: '', order: 'SOONEST' };

const DAY_MS = 24 * 60 * 60 * 1000;

/** `now` stays the same while a list is looked at: another time would be another filter, and so another list. */
export function toFilter({ host, scope }: Search, expiry: Expiry, now: Date): CertificateFilter {
  return {
    ...(host !== '' && { coversHost: host }),
    ...(scope !== '' && { scope }),
    ...toTimes(expiry, now),
  };
}

function toTimes(expiry: Expiry, now: Date): CertificateFilter {
  const after = (days: number): string => new Date(now.getTime() + days * DAY_MS).toISOString();
  switch (expiry) {
    case 'all':
      return {};
    case 'expired':
      return { expiresBefore: after(0) };
    case 'week':
      return { expiresAfter: after(0), expiresBefore: after(7) };
    case 'month':
      return { expiresAfter: after(0), expiresBefore: after(30) };
  }
}

/** Undefined is ROMA Connect's own order: the one that costs it least. */
export function toOrder(order: Order): CertificateOrder | undefined {
  switch (order) {
    case 'SOONEST':
      return { field: 'NOT_AFTER', direction: 'ASC' };
    case 'LATEST':
      return { field: 'NOT_AFTER', direction: 'DESC' };
    case 'NAME':
      return { field: 'NAME', direction: 'ASC' };
    case 'UPSTREAM':
      return undefined;
  }
}
