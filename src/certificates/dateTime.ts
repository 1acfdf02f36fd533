/**
 * DateTime text: RFC 3339 in UTC with 0 to 9 fraction digits, for example `2021-08-26T07:27:06.304004Z`. A `Date` would lose
 * everything below milliseconds, so times stay text and are compared as instants by {@link toInstantKey}.
 */
const TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|z|[+-]\d\d:\d\d)?$/;

/**
 * Go's zero time, which is how a Go service prints a time that was never set. Local mean time, which zones had in year 1, has seconds, and
 * Go's `time.RFC3339` leaves them out of the offset: in Shanghai it prints `0001-01-01T08:05:43+08:05`. So less than a minute is no difference.
 */
const GO_ZERO_TIME = /^(?:0001-01-01T00:00|0000-12-31T23:59):\d\d(?:\.0+)?Z$/;

const MAX_FRACTION_DIGITS = 9;

/** Longer than any time that could be meant: digits of a fraction have no bound by themselves. */
const MAX_LENGTH = 100;

/**
 * Reads a time as ROMA Connect may write it: besides RFC 3339 with any offset (an API Gateway example shows `+08:00`), its Go SDK
 * accepts no zone, a blank instead of `T`, and the empty string. No zone is taken for UTC. Null when there is no readable time.
 */
export function toDateTime(text: string): string | null {
  const dateTime = toUtc(text);
  return dateTime === null || GO_ZERO_TIME.test(dateTime) ? null : dateTime;
}

/** Whether a time was never set, as a Go service prints it. */
export function isZeroTime(text: string): boolean {
  return GO_ZERO_TIME.test(toUtc(text) ?? '');
}

/** Reads a time that a caller sent: RFC 3339, the zone required. Null when it is not. */
export function toDateTimeArgument(text: string): string | null {
  return /(Z|z|[+-]\d\d:\d\d)$/.test(text) ? toUtc(text) : null;
}

/** Text whose order as a string is the order of the instants: no `Z`, no trailing zeros. */
export function toInstantKey(dateTime: string): string {
  const end = dateTime.length - 1;
  if (dateTime.charCodeAt(19) !== 46 /* . */) return dateTime.slice(0, end);
  return dateTime.slice(0, end).replace(/\.?0+$/, '');
}

export const DAY_MS = 86_400_000;

/** RFC 5280 counts the instant `notAfter` itself as valid. */
export function isExpired(notAfter: string, nowMs: number): boolean {
  return toEpochMs(notAfter) < nowMs;
}

/** Milliseconds since the epoch; digits below are cut off. */
export function toEpochMs(dateTime: string): number {
  return Date.parse(dateTime);
}

/** Nearly all times come as they are to be shown, and pages have many of them. Only days that every month has are judged here. */
const PLAIN_TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;

function toUtc(text: string): string | null {
  if (PLAIN_TIME.test(text)) return text;
  const match = text.length > MAX_LENGTH ? null : TIME.exec(text);
  if (match === null) return null;
  const [, year, month, day, hours, minutes, seconds, digits = '', zone = 'Z'] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return null;
  if (Number(day) < 1 || Number(day) > daysOf(Number(year), Number(month))) return null;
  const isLeap = seconds === '60';
  if (isLeap && !mayLeap(hours, minutes, zone)) return null;
  if (!isLeap && digits.length <= MAX_FRACTION_DIGITS && text[10] === 'T' && text.endsWith('Z')) return text;
  const offset = toOffsetMinutes(zone);
  if (offset === null) return null;
  const minute = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:00Z`) - offset * 60_000;
  // A leap second counts as the second after it.
  const utc = new Date(minute + Number(seconds) * 1_000);
  if (utc.getUTCFullYear() < 0 || utc.getUTCFullYear() > 9999) return null;
  const fraction = digits === '' ? '' : `.${digits.slice(0, MAX_FRACTION_DIGITS)}`;
  return `${utc.toISOString().slice(0, 19)}${fraction}Z`;
}

/**
 * RFC 3339, section 5.7: a leap second comes at the end of a month, in UTC. Which months had one is a table that grows, so the time of day
 * is all that is judged.
 */
function mayLeap(hours: string | undefined, minutes: string | undefined, zone: string): boolean {
  const offset = toOffsetMinutes(zone);
  if (offset === null) return false;
  const minuteOfDay = Number(hours) * 60 + Number(minutes) - offset;
  return (minuteOfDay + 1) % (24 * 60) === 0;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** 0 for a month that there is none. */
function daysOf(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeapYear ? 29 : (DAYS[month - 1] ?? 0);
}

function toOffsetMinutes(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
