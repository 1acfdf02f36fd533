export type Severity = 'expired' | 'urgent' | 'soon' | 'valid' | 'unknown';

export interface Expiring {
  readonly expired: boolean | null;
  readonly daysUntilExpiry: number | null;
}

const URGENT_DAYS = 7;
const SOON_DAYS = 30;

export function toSeverity({ expired, daysUntilExpiry: days }: Expiring): Severity {
  if (days === null) return 'unknown';
  if (expired === true) return 'expired';
  if (days < URGENT_DAYS) return 'urgent';
  return days < SOON_DAYS ? 'soon' : 'valid';
}

/** The same in words, for nobody should need colours to see it. */
export function toExpiryText({ expired, daysUntilExpiry: days }: Expiring): string {
  if (days === null) return 'Expiry unknown';
  // Days are rounded down: -1 is within the last 24 hours.
  if (expired === true) return days >= -1 ? 'Expired today' : `Expired ${toDays(-days - 1)} ago`;
  return days === 0 ? 'Expires within a day' : `Expires in ${toDays(days)}`;
}

const COUNT = new Intl.NumberFormat('en');
const toDays = (days: number): string => `${COUNT.format(days)} ${days === 1 ? 'day' : 'days'}`;
