import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const rows = readFileSync('docs/reliability.md', 'utf8')
  .split('\n')
  .filter((line) => /^\|/.test(line) && !/^\| (promise|---) \|/.test(line));

test('every promise names a test that exists', () => {
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter((row) => !isHeld(row))).toEqual([]);
});

/** Whether a row ends with a file and the name of a test, or of a group of tests, that is written in it. */
function isHeld(row: string): boolean {
  const { file = '', name = '' } = /\| `(?<file>test\/[\w/]+\.test\.ts)`: (?<name>.+) \|$/.exec(row)?.groups ?? {};
  return existsSync(file) && new RegExp(`\\(\\s*'${RegExp.escape(name)}'`).test(readFileSync(file, 'utf8'));
}
