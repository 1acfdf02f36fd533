import { describe, expect, test } from 'vitest';
import { matcherOf, matchesListFilter, readFilter } from '../../src/certificates/filter.ts';
import { aCertificate } from '../support/certificates.ts';

const row = aCertificate({
  id: 'c-1',
  name: 'Cert_Demo',
  commonName: 'api.example.com',
  signatureAlgorithm: 'SHA256-RSA',
  scope: 'GLOBAL',
  algorithmType: 'RSA',
  notAfter: '2027-01-01T00:00:00.5Z',
});

test('null conditions are as if not sent', () => {
  expect(readFilter({ name: null, coversHost: null })).toEqual({ list: {}, residual: null });
  expect(readFilter(null)).toEqual({ list: {}, residual: null });
});

const NOW_MS = Date.parse('2026-11-26T12:00:00Z');

describe('a row contradicts a condition of ROMA Connect', () => {
  test.each([
    [{ name: 'cert_demo' }, true],
    [{ name: 'DEMO' }, true],
    [{ name: 'other' }, false],
    [{ commonName: 'example' }, true],
    [{ commonName: 'example.org' }, false],
    [{ signatureAlgorithm: 'sha256-rsa' }, true],
    [{ signatureAlgorithm: 'SHA256' }, false],
    [{ scope: 'GLOBAL' as const }, true],
    [{ scope: 'INSTANCE' as const }, false],
    [{ algorithmType: 'RSA' as const }, true],
    [{ algorithmType: 'SM2' as const }, false],
  ])('%j: %s', (filter, matches) => {
    expect(matchesListFilter(row, filter)).toBe(matches);
  });

  test('when the value is unknown', () => {
    expect(matchesListFilter(aCertificate({ id: 'c-2' }), { algorithmType: 'RSA' })).toBe(false);
  });
});

describe('the end of validity', () => {
  test.each([
    [{ expiresBefore: '2027-01-01T00:00:00.5Z' }, false],
    [{ expiresBefore: '2027-01-01T00:00:00.500000001Z' }, true],
    [{ expiresAfter: '2027-01-01T00:00:00.500Z' }, true],
    [{ expiresAfter: '2027-01-01T00:00:00.6Z' }, false],
    [{ expiresAfter: '2027-01-01T00:00:00Z', expiresBefore: '2027-01-01T00:00:01Z' }, true],
  ])('%j: %s', (filter, matches) => {
    expect(matcherOf(filter, NOW_MS)(row)).toBe(matches);
  });

  test('when it is unknown it matches neither', () => {
    const unknown = aCertificate({ id: 'c-2' });
    expect(matcherOf({ expiresBefore: '2027-01-01T00:00:00Z' }, NOW_MS)(unknown)).toBe(false);
    expect(matcherOf({ expiresAfter: '2027-01-01T00:00:00Z' }, NOW_MS)(unknown)).toBe(false);
  });
});

describe('by the clock', () => {
  const ends = (notAfter: string | null) => aCertificate({ id: 'c-3', notAfter });

  test.each([
    ['2026-11-26T11:59:59.999Z', { expired: true }, true],
    ['2026-11-26T12:00:00Z', { expired: true }, false],
    ['2026-11-26T12:00:00Z', { expired: false }, true],
    [null, { expired: true }, false],
    [null, { expired: false }, false],
    ['2026-11-26T11:59:59Z', { expiresWithinDays: 30 }, false],
    ['2026-11-26T12:00:00Z', { expiresWithinDays: 1 }, true],
    ['2026-11-27T11:59:59Z', { expiresWithinDays: 1 }, true],
    ['2026-11-27T12:00:00Z', { expiresWithinDays: 1 }, false],
    ['2026-11-26T12:00:00Z', { expiresWithinDays: 0 }, false],
    [null, { expiresWithinDays: 36_500 }, false],
  ])('%s, %j: %s', (notAfter, filter, matches) => {
    expect(matcherOf(filter, NOW_MS)(ends(notAfter))).toBe(matches);
  });
});

describe('search', () => {
  const named = aCertificate({
    id: 'c-4',
    name: 'Straße [prod] 证书',
    commonName: 'www.Example.com',
    subjectAlternativeNames: ['api.example.org', 'ÄRGER.test', 'ſtage.test'],
  });

  test.each([
    ['straße', true],
    // Simple case folding: one letter stays one letter.
    ['strasse', false],
    ['[PROD]', true],
    ['.*', false],
    ['证', true],
    ['example.COM', true],
    ['example?com', false],
    ['ärger', true],
    ['STAGE.TEST', true],
    ['nowhere', false],
  ])('%s: %s', (search, matches) => {
    expect(matcherOf({ search }, NOW_MS)(named)).toBe(matches);
  });

  test('of nothing but a name', () => {
    expect(matcherOf({ search: 'x' }, NOW_MS)(aCertificate({ id: 'c-5', name: null, commonName: null }))).toBe(false);
  });
});

test.each<[what: string, filter: object, message: RegExp]>([
  ['days below 0', { expiresWithinDays: -1 }, /0 to 36500/],
  ['days above 36500', { expiresWithinDays: 36_501 }, /0 to 36500/],
  ['an empty search', { search: '' }, /1 to 200 characters/],
  ['a long search', { search: 'x'.repeat(201) }, /1 to 200 characters/],
  ['a very long search', { search: 'x'.repeat(1_000_000) }, /1 to 200 characters/],
  ['a long name', { name: 'x'.repeat(301) }, /filter.name must have at most 300/],
  ['a long common name', { commonName: 'x'.repeat(301) }, /300/],
  ['a long algorithm', { signatureAlgorithm: 'x'.repeat(301) }, /300/],
  ['a long host', { coversHost: 'ä'.repeat(450_000) }, /253/],
  ['a time that is none', { expiresBefore: 'soon' }, /RFC 3339/],
  ['a time that is no text', { expiresAfter: 7 }, /RFC 3339/],
])('%s is refused, and what to send is said', (_what, filter, message) => {
  expect(() => readFilter(filter)).toThrow(message);
});

test('200 characters outside the basic plane may be searched for', () => {
  const search = '😀'.repeat(200);
  expect(readFilter({ search }).residual).toEqual({ search });
});
