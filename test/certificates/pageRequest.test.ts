import { describe, expect, test } from 'vitest';
import { readPageRequest } from '../../src/certificates/pageRequest.ts';

describe('page arguments', () => {
  test.each([
    [{}, { direction: 'forward', size: 20, cursor: null }],
    [
      { first: null, after: null, last: null, before: null },
      { direction: 'forward', size: 20, cursor: null },
    ],
    [{ first: 3 }, { direction: 'forward', size: 3, cursor: null }],
    [{ first: 0 }, { direction: 'forward', size: 0, cursor: null }],
    [
      { first: 500, after: 'c' },
      { direction: 'forward', size: 500, cursor: 'c' },
    ],
    [{ after: 'c' }, { direction: 'forward', size: 20, cursor: 'c' }],
    [{ last: 3 }, { direction: 'backward', size: 3, cursor: null }],
    [
      { last: 3, before: 'c' },
      { direction: 'backward', size: 3, cursor: 'c' },
    ],
    [{ before: 'c' }, { direction: 'backward', size: 20, cursor: 'c' }],
  ])('%j', (args, request) => {
    expect(readPageRequest(args)).toEqual(request);
  });

  test.each([
    [{ first: 1, last: 1 }, 'Send either "first" or "last", not both.'],
    [{ after: 'a', before: 'b' }, 'Send either "after" or "before", not both.'],
    [{ first: 1, before: 'b' }, 'To page backwards send "last" with "before".'],
    [{ last: 1, after: 'a' }, 'To page forwards send "first" with "after".'],
    [{ first: -1 }, 'Send 0 to 500.'],
    [{ last: 501 }, 'Send 0 to 500'],
  ])('%j is refused: %s', (args, message) => {
    expect(() => readPageRequest(args)).toThrow(message);
  });
});
