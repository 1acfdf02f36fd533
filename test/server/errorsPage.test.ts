import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorCatalogue } from '../../src/errors/catalogue.ts';
import { printErrorsPage } from '../../src/server/errorsPage.ts';
import { protocolErrors } from '../../src/server/protocolErrors.ts';

test('docs/errors.md is what the code prints', async () => {
  expect(await readFile('docs/errors.md', 'utf8')).toBe(printErrorsPage());
});

test('the page has a row for every code, and no other', () => {
  const rows = [...printErrorsPage().matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  expect(rows).toEqual([...Object.keys(errorCatalogue), ...Object.keys(protocolErrors)]);
});
