import { describe, expect, test } from 'vitest';
import { compareCodePoints, comparePositions } from '../../src/certificates/order.ts';

describe('positions', () => {
  const a = { value: 'a', id: '2' };
  const aToo = { value: 'a', id: '1' };
  const b = { value: 'b', id: '0' };
  const unknown = { value: null, id: '3' };

  test.each([
    ['ASC', [aToo, a, b, unknown]],
    ['DESC', [b, aToo, a, unknown]],
  ] as const)('%s: ties by ID ascending, unknown values last', (direction, sorted) => {
    const positions = [unknown, b, a, aToo];
    expect(positions.sort((x, y) => comparePositions(x, y, { field: 'NAME', direction }))).toEqual(sorted);
  });
});

test('text compares by code point, not by UTF-16 unit', () => {
  const sorted = ['', 'A', 'Z', 'a', 'é', '证', '\uffff', '😀', '😀a'];
  expect([...sorted].reverse().sort(compareCodePoints)).toEqual(sorted);
});
