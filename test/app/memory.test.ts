import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { startApp } from '../support/app.ts';

/** Some 10 MiB each, by the service's own measure. */
const ROWS = 12_000;
const LEAST = { CACHE_MAX_BYTES: String(16 * 1024 * 1024) };

let roma: Emulator;

beforeAll(async () => {
  roma = await startEmulator({ instances: 4, certificates: ROWS, oddRows: false });
});

afterAll(() => roma[Symbol.asyncDispose]());

const sorted = (instanceId: string | undefined) =>
  `{ certificates(instanceId: "${instanceId}", first: 1, orderBy: { field: NAME }) { totalCount nodes { name } } }`;

test('long lists that do not fit side by side are read one after the other, and all are delivered', async () => {
  await using app = await startApp({ roma, env: { ...LEAST, OPERATION_DEADLINE_MS: '60000' } });
  const answers = await Promise.all(roma.instanceIds.map((id) => app.ask(sorted(id))));
  expect(answers.map(({ data }) => data.certificates.totalCount)).toEqual(Array(4).fill(ROWS + 12));
});

test('a list that would not fit alone is refused before it is read on, and can be paged through', async () => {
  await using long = await startEmulator({ instances: 1, certificates: 30_000, oddRows: false });
  const [id] = long.instanceIds;
  await using app = await startApp({ roma: long, env: LEAST });
  await long.control.clearCalls();
  const { errors } = await app.ask(sorted(id));
  expect(errors?.[0]).toMatchObject({
    extensions: { code: 'REQUEST_LIMIT_EXCEEDED', retryable: false },
    message: expect.stringContaining('Page through it'),
  });
  expect((await long.control.calls()).total).toBe(1);
  const rows = (await long.control.certificates(id as string)) as { id: string }[];
  expect((await app.ask(`{ certificate(id: "${rows[600]?.id}") { id } }`)).data.certificate).toEqual({ id: rows[600]?.id });
  const { data } = await app.ask(`{ certificates(instanceId: "${id}", first: 500) { totalCount nodes { id } } }`);
  expect(data.certificates.nodes).toHaveLength(500);
});
