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
  ['a field that is gone', changed(/^ {2}commonName: String$/m, '  host: String'), "'commonName' was removed"],
  ['a field that may be null now', changed('hasTrustedRootCa: Boolean!', 'hasTrustedRootCa: Boolean'), 'changed type'],
  ['an enum value that is gone', changed(/^ {2}SM2$/m, '  SM3'), "'SM2' was removed"],
  ['a default that changed', changed('= ASC', '= DESC'), 'CertificateOrder.direction'],
  [
    'an argument that is required now',
    changed('filter: CertificateFilter\n', 'filter: CertificateFilter!\n'),
    "to 'CertificateFilter!'",
  ],
  [
    'a key that is gone',
    changed(' @key(fields: "id instanceId")', ''),
    'Certificate @key(fields: "id instanceId") was removed.',
  ],
  [
    'a key with other fields',
    changed('"id instanceId"', '"id scope"'),
    'Certificate @key(fields: "id instanceId") was removed.',
  ],
  [
    'a key that cannot be resolved now',
    changed('@key(fields: "id instanceId")', '@key(fields: "id instanceId", resolvable: false)'),
    'Certificate @key(fields: "id instanceId") was removed.',
  ],
  [
    'a type that may not be shared now',
    changed('type PageInfo @shareable', 'type PageInfo'),
    "'shareable' was removed from object 'PageInfo'",
  ],
  [
    'a type that is hidden now',
    changed('type CertificateEdge', 'type CertificateEdge @inaccessible'),
    "'inaccessible' was added to object 'CertificateEdge'",
  ],
])('%s breaks', async (_what, current, description) => {
  expect(await findBreakingChanges(schema, current)).toContainEqual(expect.stringContaining(description));
});

test.each([
  ['a new field', changed('type PageInfo @shareable {', 'type PageInfo @shareable {\n  pages: Int')],
  ['a new enum value', changed(/^ {2}SM2$/m, '  SM2\n  SM3')],
  ['a new argument', changed('filter: CertificateFilter\n', 'filter: CertificateFilter\n    other: Int\n')],
  ['another cost', changed('@cost(weight: 10)', '@cost(weight: 20)')],
  ['another key', changed('@key(fields: "id")', '@key(fields: "id") @key(fields: "id scope")')],
  [
    'a key that moved',
    changed('@key(fields: "id") @key(fields: "id instanceId")', '@key(fields: "id instanceId") @key(fields: "id")'),
  ],
  ['a description', changed(/"The instance whose list is read[^"]*"/, '"Another one."')],
  ['a field that is never null now', changed(/^ {2}notAfter: DateTime$/m, '  notAfter: DateTime!')],
])('%s does not', async (_what, current) => {
  expect(await findBreakingChanges(schema, current)).toEqual([]);
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
