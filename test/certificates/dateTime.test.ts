import { describe, expect, test } from 'vitest';
import { toDateTime, toDateTimeArgument, toInstantKey } from '../../src/certificates/dateTime.ts';

describe('a time that ROMA Connect wrote', () => {
  test.each([
    ['2021-04-26T09:03:30Z', '2021-04-26T09:03:30Z'],
    ['2021-08-26T07:27:06.304004Z', '2021-08-26T07:27:06.304004Z'],
    ['2021-08-26T07:27:06.304004123Z', '2021-08-26T07:27:06.304004123Z'],
    ['2021-08-26T07:27:06.3040041239Z', '2021-08-26T07:27:06.304004123Z'],
    ['2020-09-19T15:27:47.60571141+08:00', '2020-09-19T07:27:47.60571141Z'],
    ['2020-12-31T23:30:00-01:30', '2021-01-01T01:00:00Z'],
    ['2021-04-26T09:03:30', '2021-04-26T09:03:30Z'],
    ['2021-04-26 09:03:30', '2021-04-26T09:03:30Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
    ['', null],
    ['soon', null],
    ['2021-02-29T00:00:00Z', null],
    ['2021-13-01T00:00:00Z', null],
    ['2021-04-26T24:00:00Z', null],
    ['2021-04-26T09:03:60Z', null],
    ['2021-04-26T09:03:30+25:00', null],
    ['9999-12-31T23:59:59-01:00', null],
    ['0001-01-01T00:00:00Z', null],
    ['2021-04-26', null],
    ['1619427810', null],
  ])('%s is %s', (text, dateTime) => {
    expect(toDateTime(text)).toBe(dateTime);
  });
});

test.each([
  ['2027-04-26T09:03:30Z', '2027-04-26T09:03:30Z'],
  ['2027-04-26t09:03:30z', '2027-04-26T09:03:30Z'],
  ['2027-04-26T11:03:30.5+02:00', '2027-04-26T09:03:30.5Z'],
  ['2027-04-26T09:03:30', null],
  ['2027-04-26', null],
])('a caller may send %s: %s', (text, dateTime) => {
  expect(toDateTimeArgument(text)).toBe(dateTime);
});

test('instants compare with full precision, whatever the number of digits', () => {
  const ascending = [
    '2021-04-26T09:03:29.999999999Z',
    '2021-04-26T09:03:30Z',
    '2021-04-26T09:03:30.000000001Z',
    '2021-04-26T09:03:30.1Z',
    '2021-04-26T09:03:30.11Z',
    '2021-04-26T09:03:30.2Z',
  ].map(toInstantKey);
  expect([...ascending].sort()).toEqual(ascending);
  expect(toInstantKey('2021-04-26T09:03:30.500Z')).toBe(toInstantKey('2021-04-26T09:03:30.5Z'));
  expect(toInstantKey('2021-04-26T09:03:30.000Z')).toBe(toInstantKey('2021-04-26T09:03:30Z'));
  expect(toInstantKey('2021-04-26T09:03:10Z')).toBe('2021-04-26T09:03:10');
});
