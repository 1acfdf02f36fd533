import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../../src/net/Exchange.ts';
import { certificateList } from '../../src/roma/endpoints/certificateList.ts';
import { createReadKnownAnswer } from '../../src/roma/knownAnswers.ts';
import { anAnswer, aQuery, EXAMPLE_ROW } from './anOperation.ts';

function aReader() {
  const readKnown = createReadKnownAnswer(32 * 1024 * 1024);
  const unknown: string[] = [];
  let askedAtMs = 0;
  const toReading = () => ({
    query: aQuery(),
    askedAtMs: ++askedAtMs,
    secrets: () => [],
    unknownValue: (field: string) => void unknown.push(field),
  });
  return { unknown, read: (request: string, answer: HttpAnswer) => readKnown(request, certificateList, answer, toReading()) };
}

const page = (name: string, more: object = {}) => ({ total: 1, certs: [{ ...EXAMPLE_ROW, name, ...more }] });

describe('a page that comes again', () => {
  test('byte for byte has the rows of before, and the time of its own', () => {
    const { read } = aReader();
    const first = read('request', anAnswer(200, page('a')));
    const again = read('request', anAnswer(200, page('a')));
    expect(again.rows).toBe(first.rows);
    expect([first.readAtMs, again.readAtMs, again.total]).toEqual([1, 2, 1]);
    expect([first.isKnown, again.isKnown]).toEqual([undefined, true]);
  });

  test('otherwise is read anew, and so is the old one after it', () => {
    const { read } = aReader();
    const pages = ['a', 'b', 'a'].map((name) => read('request', anAnswer(200, page(name))));
    expect(pages.map(({ rows }) => rows[0]?.name)).toEqual(['a', 'b', 'a']);
    expect(new Set(pages.map(({ rows }) => rows)).size).toBe(3);
  });

  test('for another request is another page', () => {
    const { read } = aReader();
    const one = read('caller 1', anAnswer(200, page('a')));
    const other = read('caller 2', anAnswer(200, page('a')));
    expect(other.rows).not.toBe(one.rows);
  });

  test('with another status is what its status says', () => {
    const { read } = aReader();
    read('request', anAnswer(200, page('a')));
    expect(() => read('request', anAnswer(500, page('a')))).toThrow('could not answer');
    expect(() => read('request', { ...anAnswer(200, ''), body: new Uint8Array(), flaw: 'ended early' })).toThrow('ended early');
    expect(read('request', anAnswer(200, page('a'))).rows).toHaveLength(1);
  });

  test('with values that this service does not know is read, and counted, each time', () => {
    const { read, unknown } = aReader();
    const pages = [1, 2].map(() => read('request', anAnswer(200, page('a', { algorithm_type: 'ED448' }))));
    expect(pages[1]?.rows).not.toBe(pages[0]?.rows);
    expect(unknown).toEqual(['algorithmType', 'algorithmType']);
  });
});

test('a page is known although the memory that its body came in is used for something else', () => {
  const { read } = aReader();
  const { body, ...answer } = anAnswer(200, page('a'));
  const received = Buffer.alloc(64 * 1024);
  received.set(body, 100);
  const first = read('request', { ...answer, body: received.subarray(100, 100 + body.byteLength) });
  received.fill(0);
  expect(read('request', { ...answer, body }).rows).toBe(first.rows);
});

test('no more than 32 MiB of pages are known', () => {
  const { read } = aReader();
  const large = 'x'.repeat(1024 * 1024);
  const rowsOf = Array.from({ length: 20 }, (_, at) => read(`${at}`, anAnswer(200, page(large))).rows);
  const known = (at: number): boolean => read(`${at}`, anAnswer(200, page(large))).rows === rowsOf[at];
  // A body takes twice its size, for its rows are kept too.
  expect(known(19)).toBe(true);
  expect(known(6)).toBe(true);
  expect(known(0)).toBe(false);
  // So do rows with nothing but an ID, which take many times their text.
  const poor = createReadKnownAnswer(32 * 1024 * 1024);
  const rows = Array.from({ length: 500 }, (_, at) => ({ id: `${at}` }));
  const readPoor = (at: number) =>
    poor(`${at}`, certificateList, anAnswer(200, { total: 500, certs: rows }), {
      query: aQuery({ limit: 500 }),
      askedAtMs: 1,
      secrets: () => [],
      unknownValue: () => {},
    }).rows;
  const first = readPoor(0);
  for (let at = 1; at < 300; at++) readPoor(at);
  expect(readPoor(0)).not.toBe(first);
  // One that is larger than all together may be is never known.
  const huge = anAnswer(200, page('x'.repeat(17 * 1024 * 1024)));
  expect(read('huge', huge).rows).not.toBe(read('huge', huge).rows);
});
