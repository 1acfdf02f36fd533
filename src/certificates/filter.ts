import { badUserInput } from '../errors/SubgraphError.ts';
import type { Certificate, CertificateAlgorithmType, CertificateScope } from './certificate.ts';
import { DAY_MS, isExpired, toDateTimeArgument, toEpochMs, toInstantKey } from './dateTime.ts';
import { coversHost, type Host, readHost } from './hostCoverage.ts';
import type { ListFilter } from './lists.ts';

/** The `filter` argument as GraphQL delivers it. */
export interface FilterInput {
  readonly name?: string | null | undefined;
  readonly commonName?: string | null | undefined;
  readonly signatureAlgorithm?: string | null | undefined;
  readonly scope?: CertificateScope | null | undefined;
  readonly algorithmType?: CertificateAlgorithmType | null | undefined;
  /** DateTimes, not judged yet. */
  readonly expiresBefore?: unknown;
  readonly expiresAfter?: unknown;
  readonly coversHost?: string | null | undefined;
  readonly expired?: boolean | null | undefined;
  readonly expiresWithinDays?: number | null | undefined;
  readonly search?: string | null | undefined;
}

/** The part of a filter that ROMA Connect cannot apply. A condition that is not set is absent. */
export interface ResidualFilter {
  readonly expiresBefore?: string;
  readonly expiresAfter?: string;
  readonly host?: Host;
  readonly expired?: boolean;
  readonly expiresWithinDays?: number;
  readonly search?: string;
}

/** The conditions split by who can apply them. */
export interface SplitFilter {
  readonly list: ListFilter;
  /** Null when ROMA Connect can do it all. */
  readonly residual: ResidualFilter | null;
}

/**
 * Names have 4 to 50 characters ("Creating an SSL Certificate"), common names at most 64 (RFC 5280, ub-common-name); the bound leaves room.
 * Text is copied into keys and URLs, so it is judged before anything is made of it.
 */
const MAX_TEXT_LENGTH = 300;

function readText(name: string, text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  throw badUserInput(`filter.${name} must have at most ${MAX_TEXT_LENGTH} characters.`);
}

const MAX_DAYS = 36_500;

function readDays(days: number): number {
  if (days >= 0 && days <= MAX_DAYS) return days;
  throw badUserInput(`filter.expiresWithinDays must be 0 to ${MAX_DAYS}.`);
}

const MAX_SEARCH_LENGTH = 200;

function readSearch(text: string): string {
  // A character has one or two code units: what is too long is known before it is counted.
  const length = text.length > 2 * MAX_SEARCH_LENGTH ? Number.POSITIVE_INFINITY : [...text].length;
  if (length >= 1 && length <= MAX_SEARCH_LENGTH) return text;
  throw badUserInput(`filter.search must have 1 to ${MAX_SEARCH_LENGTH} characters.`);
}

function readTime(name: string, value: unknown): string {
  const dateTime = typeof value === 'string' ? toDateTimeArgument(value) : null;
  if (dateTime !== null) return dateTime;
  throw badUserInput(`filter.${name} must be RFC 3339 text with a zone, such as "2027-04-26T09:03:30Z".`);
}

/** Null is as if not sent, for each condition and for the filter itself. */
export function readFilter(input: FilterInput | null | undefined): SplitFilter {
  const { name, commonName, signatureAlgorithm, scope, algorithmType, expiresBefore, expiresAfter, coversHost } = input ?? {};
  const { expired, expiresWithinDays, search } = input ?? {};
  const residual = {
    ...(expiresBefore != null && { expiresBefore: readTime('expiresBefore', expiresBefore) }),
    ...(expiresAfter != null && { expiresAfter: readTime('expiresAfter', expiresAfter) }),
    ...(coversHost != null && { host: readHost(coversHost) }),
    ...(expired != null && { expired }),
    ...(expiresWithinDays != null && { expiresWithinDays: readDays(expiresWithinDays) }),
    ...(search != null && { search: readSearch(search) }),
  };
  return {
    list: {
      ...(name != null && { name: readText('name', name) }),
      ...(commonName != null && { commonName: readText('commonName', commonName) }),
      ...(signatureAlgorithm != null && { signatureAlgorithm: readText('signatureAlgorithm', signatureAlgorithm) }),
      ...(scope != null && { scope }),
      ...(algorithmType != null && { algorithmType }),
    },
    residual: Object.keys(residual).length === 0 ? null : residual,
  };
}

/**
 * Whether a row can be an answer to what ROMA Connect was asked. A row that cannot shows that a condition was ignored: the API
 * reference marks `algorithm_type` "not supported yet" on several sites.
 *
 * No document says whether `name` and `common_name` match exactly or in part, so a row contradicts them only when it does not
 * even contain the text, letter case aside. A row without the value matches no condition on it.
 */
export function matchesListFilter(certificate: Certificate, filter: ListFilter): boolean {
  return (
    (filter.name === undefined || contains(certificate.name, filter.name)) &&
    (filter.commonName === undefined || contains(certificate.commonName, filter.commonName)) &&
    (filter.signatureAlgorithm === undefined || equals(certificate.signatureAlgorithm, filter.signatureAlgorithm)) &&
    (filter.scope === undefined || certificate.scope === filter.scope) &&
    (filter.algorithmType === undefined || certificate.algorithmType === filter.algorithmType)
  );
}

type Test = (certificate: Certificate) => boolean;

/** Tells which certificates match, at this moment (milliseconds since the epoch). */
export function matcherOf(filter: ResidualFilter, nowMs: number): Test {
  const bounds = endBoundsOf(filter, nowMs);
  const test = testOf(filter);
  return (certificate) => {
    const { notAfter } = certificate;
    if (bounds !== null && (notAfter === null || bounds.isTooEarly(notAfter) || bounds.isTooLate(notAfter))) return false;
    return test === null || test(certificate);
  };
}

/** The conditions about the end of a certificate, at one moment. What is too early comes before all that matches, what is too late after it. */
export interface EndBounds {
  isTooEarly(notAfter: string): boolean;
  isTooLate(notAfter: string): boolean;
}

/**
 * Null when the filter has no condition about it: then an unknown end will do. `expiresBefore` is exclusive, `expiresAfter` inclusive.
 * `nowMs`: milliseconds since the epoch.
 */
export function endBoundsOf(filter: ResidualFilter, nowMs: number): EndBounds | null {
  const { expiresBefore, expiresAfter, expired, expiresWithinDays } = filter;
  const early: ((notAfter: string) => boolean)[] = [];
  const late: ((notAfter: string) => boolean)[] = [];
  if (expiresAfter !== undefined) {
    const bound = toInstantKey(expiresAfter);
    early.push((notAfter) => toInstantKey(notAfter) < bound);
  }
  if (expiresBefore !== undefined) {
    const bound = toInstantKey(expiresBefore);
    late.push((notAfter) => toInstantKey(notAfter) >= bound);
  }
  if (expired === true) late.push((notAfter) => !isExpired(notAfter, nowMs));
  if (expired === false || expiresWithinDays !== undefined) early.push((notAfter) => isExpired(notAfter, nowMs));
  if (expiresWithinDays !== undefined) {
    const endMs = nowMs + expiresWithinDays * DAY_MS;
    late.push((notAfter) => toEpochMs(notAfter) >= endMs);
  }
  if (early.length === 0 && late.length === 0) return null;
  return {
    isTooEarly: (notAfter) => early.some((is) => is(notAfter)),
    isTooLate: (notAfter) => late.some((is) => is(notAfter)),
  };
}

/** The conditions about anything else; null when there are none. */
export function testOf({ host, search }: ResidualFilter): Test | null {
  const tests: Test[] = [];
  if (host !== undefined) tests.push((certificate) => coversHost(certificate, host));
  if (search !== undefined) {
    // The flags compare by Unicode's simple case folding (ECMAScript, "Canonicalize").
    const pattern = new RegExp(RegExp.escape(search), 'iu');
    tests.push(
      ({ name, commonName, subjectAlternativeNames }) =>
        (name !== null && pattern.test(name)) ||
        (commonName !== null && pattern.test(commonName)) ||
        subjectAlternativeNames.some((alternative) => pattern.test(alternative)),
    );
  }
  return tests.length === 0 ? null : (certificate) => tests.every((test) => test(certificate));
}

function contains(value: string | null, part: string): boolean {
  return value?.toLowerCase().includes(part.toLowerCase()) === true;
}

function equals(value: string | null, wanted: string): boolean {
  return value?.toLowerCase() === wanted.toLowerCase();
}
