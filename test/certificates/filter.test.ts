import { describe, expect, test } from 'vitest';
import { matchesListFilter, matchesOwnFilter, readFilter } from '../../src/certificates/filter.ts';
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
  expect(readFilter({ name: null, coversHost: null })).toEqual({ list: {}, own: null });
  expect(readFilter(null)).toEqual({ list: {}, own: null });
});

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
    expect(matchesOwnFilter(row, filter)).toBe(matches);
  });

  test('when it is unknown it matches neither', () => {
    const unknown = aCertificate({ id: 'c-2' });
    expect(matchesOwnFilter(unknown, { expiresBefore: '2027-01-01T00:00:00Z' })).toBe(false);
    expect(matchesOwnFilter(unknown, { expiresAfter: '2027-01-01T00:00:00Z' })).toBe(false);
  });
});
