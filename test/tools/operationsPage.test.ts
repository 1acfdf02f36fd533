import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { printOperationsPage } from '../../tools/operationsPage.ts';
import { startApp } from '../support/app.ts';
import { blocksOf } from '../support/pages.ts';

test('docs/operations.md is what the code prints', async () => {
  expect(await readFile('docs/operations.md', 'utf8')).toBe(printOperationsPage());
});

test('the operations on the page find what the emulator holds', async () => {
  await using app = await startApp();
  const blocks = blocksOf({ path: 'docs/operations.md', text: printOperationsPage() });
  const answers = blocks.flatMap(({ tag, text }, at) => {
    const next = blocks[at + 1];
    return tag === 'graphql example' ? [app.ask(text, next?.tag === 'json' ? JSON.parse(next.text) : {})] : [];
  });
  const [soon, list, one, join, instance] = await Promise.all(answers);
  expect(list).toEqual({ data: { certificates: expect.objectContaining({ totalCount: 260 }) } });
  expect(soon).toEqual({ data: { certificates: expect.anything() } });
  expect(one?.data.certificate).toMatchObject({
    name: 'files_prod_3306',
    details: { version: 3 },
    boundDomains: expect.any(Array),
  });
  expect(join?.data._entities).toEqual(Array(2).fill(expect.objectContaining({ name: 'files_prod_3306' })));
  expect(instance?.data._entities[0].certificates.nodes).toHaveLength(5);
});
