// Certificates end at an instant, the same for everyone: their times are shown in UTC, as in the certificate itself.
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const INSTANT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

export const toDay = (instant: string): string => DAY.format(new Date(instant));
export const toInstant = (instant: string): string => `${INSTANT.format(new Date(instant))} UTC`;
/** The time of day where the reader is. */
export const toClock = (instant: string): string => CLOCK.format(new Date(instant));
