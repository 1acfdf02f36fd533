import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findBreakingChanges, mayBreak } from '../../tools/breakingChanges.ts';

const schema = readFileSync('schema.graphql', 'utf8');

function changed(from: string | RegExp, to: string): string {
  const text = schema.replace(from, to);
  expect(text).not.toBe(schema);
  return text;
}

test.each([
  ['a field that is gone', changed(/^ {2}commonName: String$/m, '  host: String'), 'commonName was removed'],
  ['a field that may be null now', changed('hasTrustedRootCa: Boolean!', 'hasTrustedRootCa: Boolean'), 'changed type'],
  ['an enum value that is gone', changed(/^ {2}SM2$/m, '  SM3'), 'SM2 was removed'],
  ['a default that changed', changed('= ASC', '= DESC'), 'CertificateOrder.direction = ASC was removed.'],
  ['an argument that is required now', changed('filter: CertificateFilter\n', 'filter: CertificateFilter!\n'), 'changed type'],
  [
    'a key that is gone',
    changed(' @key(fields: "id instanceId")', ''),
    'Certificate @key(fields: "id instanceId") was removed.',
  ],
  [
    'a type that may not be shared now',
    changed('type PageInfo @shareable', 'type PageInfo'),
    'PageInfo @shareable was removed.',
  ],
  [
    'a type that is hidden now',
    changed('type CertificateEdge', 'type CertificateEdge @inaccessible'),
    'CertificateEdge @inaccessible',
  ],
])('%s breaks', (_what, current, description) => {
  expect(findBreakingChanges(schema, current)).toContainEqual(expect.stringContaining(description));
});

test.each([
  ['a new field', changed('type PageInfo @shareable {', 'type PageInfo @shareable {\n  pages: Int')],
  ['a description', changed(/"The instance whose list is read[^"]*"/, '"Another one."')],
  ['a field that is never null now', changed(/^ {2}notAfter: DateTime$/m, '  notAfter: DateTime!')],
])('%s does not', (_what, current) => {
  expect(findBreakingChanges(schema, current)).toEqual([]);
});

test('the schema is compared with the one of the last release in the changelog', () => {
  const [, version] = /^# (\d+\.\d+\.\d+)\n/.exec(readFileSync('schema.released.graphql', 'utf8')) ?? [];
  const [, released] = /^## \[(\d.*)\] - \d{4}-\d\d-\d\d$/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
  expect(released).toBe(version);
});

describe('versions', () => {
  test.each([
    ['0.1.0', '0.1.1', false],
    ['0.1.0', '0.2.0', true],
    ['0.9.0', '1.0.0', true],
    ['1.2.3', '1.3.0', false],
    ['1.2.3', '2.0.0', true],
    ['1.2.3', '1.2.3', false],
    ['2.0.0', '1.9.0', false],
  ])('after %s, %s may break: %s', (released, current, expected) => {
    expect(mayBreak(released, current)).toBe(expected);
  });
});
