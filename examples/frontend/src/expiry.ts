import type { CertificatesQuery } from './gql/graphql.ts';

type Certificates = NonNullable<CertificatesQuery['certificates']>;
export type Certificate = Certificates['edges'][number]['node'];

export type ExpiryState = 'expired' | 'urgent' | 'soon' | 'valid' | 'unknown';

const URGENT_DAYS = 7;
const SOON_DAYS = 30;

export function toExpiryState({ expired, daysUntilExpiry: days }: Certificate): ExpiryState {
  if (typeof days !== 'number') return 'unknown';
  if (expired === true) return 'expired';
  if (days < URGENT_DAYS) return 'urgent';
  return days < SOON_DAYS ? 'soon' : 'valid';
}

/** The state in words, for nobody should need colours to see it. */
export function toExpiryText(certificate: Certificate): string {
  const { daysUntilExpiry: days } = certificate;
  if (typeof days !== 'number') return 'End unknown';
  // Days are rounded down: -1 is within the last 24 hours.
  if (certificate.expired === true)
    return days >= -1 ? 'Expired today' : `Expired ${-days - 1} ${-days === 2 ? 'day' : 'days'} ago`;
  if (days === 0) return 'Ends within a day';
  return `${toExpiryState(certificate) === 'valid' ? 'Valid' : 'Ends in'} ${days} ${days === 1 ? 'day' : 'days'}`;
}
