import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { variables } from '../../src/config/variables.ts';
import { printConfigurationPage } from '../../tools/configurationPage.ts';

test('docs/configuration.md is what the code prints', async () => {
  expect(await readFile('docs/configuration.md', 'utf8')).toBe(printConfigurationPage());
});

test('the page has a row for every variable that is read, and no other', () => {
  const rows = [...printConfigurationPage().matchAll(/^\| `([A-Z_*]+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual([...Object.keys(variables), 'OTEL_*']);
});
