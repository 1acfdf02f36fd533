import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { errorCatalogue } from '../../src/errors/catalogue.ts';
import { protocolErrors } from '../../src/graphql/protocolErrors.ts';
import { printErrorsPage } from '../../tools/errorsPage.ts';
import { startApp } from '../support/app.ts';
import { blocksOf } from '../support/pages.ts';

test('docs/errors.md is what the code prints', async () => {
  expect(await readFile('docs/errors.md', 'utf8')).toBe(printErrorsPage());
});

test('the page has a row for every code, and no other', () => {
  const rows = [...printErrorsPage().matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  expect(rows).toEqual([...Object.keys(errorCatalogue), ...Object.keys(protocolErrors)]);
});

test('the error on the page is what a client gets', async () => {
  const [block] = blocksOf({ path: 'docs/errors.md', text: printErrorsPage() });
  const shown = JSON.parse(block?.text ?? '');
  const { status, errorCode, errorMessage, requestId, instanceId } = shown.extensions.upstream;
  await using roma = await startEmulator();
  await using app = await startApp({ roma });
  const body = { error_code: errorCode, error_msg: errorMessage };
  const headers = { 'x-request-id': requestId };
  await roma.control.addFaults({ fault: { kind: 'answer', status, headers, body } });
  const { errors } = await app.ask(`{ certificates(instanceId: "${instanceId}") { totalCount } }`);
  expect(errors).toEqual([{ ...shown, locations: expect.anything() }]);
});
