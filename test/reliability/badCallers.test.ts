import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { documentLimits } from '../../src/graphql/limits/documentLimits.ts';
import { type Answer, type App, startApp } from '../support/app.ts';

const lines: string[] = [];
let roma: Emulator;
let app: App;
beforeAll(async () => {
  roma = await startEmulator({ certificates: 30 });
  const env = { CERTIFICATES_CACHE_TTL_MS: '0', LOG_LEVEL: 'debug' };
  app = await startApp({ roma, env, destination: { write: (line) => void lines.push(line) } });
});
beforeEach(() => roma.control.clearCalls());
afterAll(async () => {
  await app.stop();
  await roma.stop();
});

const calls = async () => (await roma.control.calls()).calls;
const repeat = (times: number, part: (index: number) => string): string =>
  Array.from({ length: times }, (_, at) => part(at)).join(' ');
const list = 'query ($id: ID!) { certificates(instanceId: $id, first: 1) { totalCount } }';

describe('a document beyond a limit is refused, says which, and causes no call', () => {
  const { aliases, rootFields, directives, fragments } = documentLimits;
  test.each<[limit: string, message: RegExp, query: string]>([
    ['tokens', /10000 tokens/, `{ ${repeat(10_000, () => '__typename')} }`],
    [
      'depth',
      /levels of fields, and 20 are allowed/,
      `{ certificates(instanceId: "i", first: 0) { ${'nodes { instance { certificates(first: 0) { '.repeat(7)} totalCount ${'} } }'.repeat(7)} } }`,
    ],
    ['aliases', /301 aliases, and 300 are allowed/, `{ ${repeat(aliases + 1, (at) => `a${at}: __typename`)} }`],
    ['root fields', /301 root fields, and 300 are allowed/, `{ ${repeat(rootFields + 1, () => '... { __typename }')} }`],
    ['directives', /101 directives, and 100 are allowed/, `{ ${repeat(directives + 1, () => '__typename @skip(if: false)')} }`],
    ['fragments', /fragments, and 500 are allowed/, `{ ${repeat(fragments + 1, () => '... { __typename }')} }`],
    [
      'selections written out',
      /too many selections/,
      `{ ...F ...F } fragment F on Query { ${repeat(20, () => '...G')} } fragment G on Query { ${repeat(300, () => '__typename')} }`,
    ],
  ])('%s', async (_limit, message, query) => {
    const body = JSON.stringify({ query });
    const response = await app.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const { errors, ...rest } = (await response.json()) as Answer;
    expect(response.status).toBe(200);
    expect(rest).toEqual({});
    expect(errors?.map((error) => error.message).join()).toMatch(message);
    expect(errors?.every(({ extensions }) => !extensions.retryable)).toBe(true);
    expect(await calls()).toEqual([]);
  });
});

describe('IDs', () => {
  test.each([
    '',
    ' ',
    '.',
    '..',
    '../x',
    'a/b',
    'a%2Fb',
    'a b',
    'a\r\nx: 1',
    'a\u0000',
    'a?b=c',
    'a&offset=9',
    'a#',
    'é',
    'x'.repeat(65),
  ])('%j is refused, and nothing is asked', async (id) => {
    const query = 'query ($id: ID!) { certificates(instanceId: $id) { totalCount } certificate(id: $id) { id } }';
    const { errors } = await app.ask(query, { id });
    expect(errors?.map(({ path, extensions }) => [path?.join(), extensions.code]).sort()).toEqual([
      ['certificate', 'BAD_USER_INPUT'],
      ['certificates', 'BAD_USER_INPUT'],
    ]);
    expect(await calls()).toEqual([]);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is one like any other', async (id) => {
    const { errors } = await app.ask(list, { id });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', upstream: { instanceId: id } });
    expect((await calls()).map(({ instanceId }) => instanceId)).toEqual([id]);
    const references = 'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Certificate { id } } }';
    const refs = [
      { __typename: 'Certificate', id },
      { __typename: 'Certificate', id, instanceId: roma.instanceIds[0] },
    ];
    expect(await app.ask(references, { refs })).toEqual({ data: { _entities: [null, null] } });
  });
});

describe('names', () => {
  test.each([
    '__proto__',
    'constructor',
    'a\r\nx-evil: 1',
    '&instance_id=other',
    'a#b',
    '../..',
    '%0d%0a',
    'a+b c',
    '\u0000\u001b[2J',
    '证书',
  ])('%j reaches ROMA Connect as it is, and changes nothing else of the request', async (name) => {
    const instanceId = roma.instanceIds[0];
    const query = `query ($filter: CertificateFilter) { certificates(instanceId: "${instanceId}", filter: $filter) { totalCount } }`;
    const { errors } = await app.ask(query, { filter: { name, commonName: name } });
    expect(errors).toBeUndefined();
    expect(await calls()).toEqual([
      expect.objectContaining({ instanceId, offset: 0, limit: 1, filters: { name, common_name: name }, status: 200 }),
    ]);
    expect((await calls())[0]?.headerNames).not.toContain('x-evil');
  });
});

describe('tokens', () => {
  test.each<[name: string, token: string | string[]]>([
    ['with a blank', 'a b'],
    ['with a tab', 'a\tb'],
    ['beyond ASCII', 'a\u00e9b'],
    ['sent twice', ['one', 'two']],
    ['longer than any gateway takes', 'x'.repeat(32 * 1024 + 1)],
  ])('%s never reach ROMA Connect', async (_name, token) => {
    const { errors } = await askWithToken(token);
    expect(errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED', retryable: false });
    expect(await calls()).toEqual([]);
  });

  test.each(['__proto__', 'constructor', 'x'.repeat(32_000)])('that are possible do: %.20s', async (token) => {
    const { errors } = await askWithToken(token);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', upstream: { status: 401 } });
    expect(await calls()).toHaveLength(1);
  });

  /** fetch would refuse to send some of them. */
  function askWithToken(token: string | string[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'x-auth-token': token };
      const sent = request(`${app.url}`, { method: 'POST', headers }, (response) => {
        text(response).then((body) => resolve(JSON.parse(body) as Answer), reject);
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ query: list, variables: { id: roma.instanceIds[0] } }));
    });
  }
});

test('whatever callers send, every line of the log is one line without control characters', async () => {
  const hostile = 'x\u001b[2J\r\n\u0085\u2028forged';
  await app.ask(list, { id: hostile }, { 'x-request-id': 'forged\u0085', 'user-agent': 'x\u0085' });
  await app.ask(`query ${hostile} { __typename }`);
  await app.fetch(`/${encodeURIComponent(hostile)}?query=${encodeURIComponent(hostile)}`);
  await app.fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"${hostile}` });
  await expect.poll(() => lines.filter((line) => line.includes('request')).length).toBeGreaterThan(3);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(line.replace(/\n$/, '')))).toEqual([]);
  expect(lines.join('')).not.toContain('forged');
});
