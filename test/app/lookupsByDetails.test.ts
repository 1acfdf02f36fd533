import { afterEach, expect, test } from 'vitest';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import type { CertBase } from '../../src/roma/wire.ts';
import { type Answer, type App, startApp } from '../support/app.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

interface Setting {
  readonly instances?: number;
  readonly certificates?: number;
  /** How many of the instances the service looks into. Default: all. */
  readonly looksInto?: number;
  readonly env?: Record<string, string>;
}

async function start({ instances = 6, certificates = 30, looksInto = instances, env = {} }: Setting = {}) {
  const roma = await startEmulator({ instances, certificates, globalCertificates: 3, oddRows: false });
  opened.push(roma);
  const facts = { ...roma, instanceIds: roma.instanceIds.slice(0, looksInto) };
  const app = await startApp({ roma: facts, env: { ROMA_LOOKUP: 'details', CERTIFICATES_CACHE_TTL_MS: '0', ...env } });
  opened.push(app);
  return { roma, app };
}

/** IDs of what belongs to an instance, or of global ones. */
async function idsOf(roma: Emulator, owner: string | undefined, count: number): Promise<string[]> {
  const rows = (await roma.control.certificates(owner ?? '')) as readonly CertBase[];
  return rows.slice(0, count).map(({ id }) => id ?? '');
}

const ENTITIES = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Certificate { id name instanceId notAfter } } }`;

function lookUp(app: App, refs: readonly { id: string; instanceId?: string | undefined }[], token?: string): Promise<Answer> {
  const representations = refs.map((ref) => ({ __typename: 'Certificate', ...ref }));
  return app.ask(ENTITIES, { refs: representations }, token === undefined ? {} : { 'x-auth-token': token });
}

const idsFound = ({ data }: Answer): unknown[] => data._entities.map((found: { id: string } | null) => found?.id ?? null);

async function callsOf({ control }: Emulator): Promise<Readonly<Record<string, number>>> {
  const { byEndpoint } = await control.calls();
  await control.clearCalls();
  return byEndpoint;
}

test('a bare ID costs one call, and says what a walk says', async () => {
  const { roma, app } = await start();
  const walking = await startApp({ roma, env: { CERTIFICATES_CACHE_TTL_MS: '0' } });
  opened.push(walking);
  const [id = ''] = await idsOf(roma, roma.instanceIds[4], 1);
  const [globalId = ''] = await idsOf(roma, 'common', 1);
  for (const sought of [id, globalId, 'nowhere']) {
    const query = `{ certificate(id: "${sought}") { id name scope instanceId subjectAlternativeNames algorithmType createdAt hasTrustedRootCa } }`;
    await roma.control.clearCalls();
    const answer = await app.ask(query);
    expect(await callsOf(roma)).toEqual({ details: 1 });
    expect(answer.errors).toBeUndefined();
    expect(answer).toEqual(await walking.ask(query));
  }
});

test('the certificate with its details is the same one call', async () => {
  const { roma, app } = await start();
  const [id = ''] = await idsOf(roma, roma.instanceIds[4], 1);
  const { data, errors } = await app.ask(`{ certificate(id: "${id}") { name details { issuer serialNumber } } }`);
  expect(errors).toBeUndefined();
  expect(data.certificate).toMatchObject({ name: expect.any(String), details: { issuer: [expect.any(String)] } });
  expect(await callsOf(roma)).toEqual({ details: 1 });
});

test('many IDs in few lists are walked for, in fewer calls', async () => {
  const { roma, app } = await start({ instances: 3 });
  const ids = await idsOf(roma, roma.instanceIds[1], 20);
  expect(
    idsFound(
      await lookUp(
        app,
        ids.map((id) => ({ id })),
      ),
    ),
  ).toEqual(ids);
  const calls = await callsOf(roma);
  expect(calls['details']).toBeUndefined();
  expect(calls['list']).toBeLessThanOrEqual(3);
});

test('what is known of the lengths of lists decides', async () => {
  const { roma, app } = await start({ instances: 2, certificates: 1_200 });
  const [instanceId = ''] = roma.instanceIds;
  const ids = await idsOf(roma, instanceId, 3);
  const list = `query { certificates(instanceId: "${instanceId}", first: 1) { totalCount } }`;
  // Two lists of unknown length take two calls or more: so many IDs are not walked for.
  await lookUp(
    app,
    ids.slice(0, 2).map((id) => ({ id, instanceId: undefined })),
  );
  expect(await callsOf(roma)).toEqual({ details: 2 });
  // One of 1,203 rows takes three.
  await app.ask(list);
  await roma.control.clearCalls();
  expect(
    idsFound(
      await lookUp(
        app,
        ids.slice(0, 2).map((id) => ({ id, instanceId })),
      ),
    ),
  ).toEqual(ids.slice(0, 2));
  expect(await callsOf(roma)).toEqual({ details: 2 });
  expect(
    idsFound(
      await lookUp(
        app,
        ids.map((id) => ({ id, instanceId })),
      ),
    ),
  ).toEqual(ids);
  expect((await callsOf(roma))['details']).toBeUndefined();
});

test('a list that is short, or held, is looked into', async () => {
  const { roma, app } = await start({ instances: 1, env: { CERTIFICATES_CACHE_TTL_MS: '60000' } });
  const [instanceId = ''] = roma.instanceIds;
  const [id = ''] = await idsOf(roma, instanceId, 1);
  await app.ask(`{ certificates(instanceId: "${instanceId}", orderBy: { field: NAME }) { totalCount nodes { id } } }`);
  await roma.control.clearCalls();
  expect(idsFound(await lookUp(app, [{ id }]))).toEqual([id]);
  expect(await callsOf(roma)).toEqual({});
});

test('a certificate of an instance that this service does not look into is found with its instance alone', async () => {
  const { roma, app } = await start({ looksInto: 4 });
  const owner = roma.instanceIds[5];
  const [id = ''] = await idsOf(roma, owner, 1);
  const [globalId = ''] = await idsOf(roma, 'common', 1);
  const { instanceIds } = roma;
  const refs = [
    { id },
    { id, instanceId: owner },
    { id, instanceId: instanceIds[0] },
    { id, instanceId: 'common' },
    { id: globalId },
    { id: globalId, instanceId: 'common' },
    { id: globalId, instanceId: owner },
    { id: globalId, instanceId: instanceIds[1] },
  ];
  const walking = await startApp({
    roma: { ...roma, instanceIds: instanceIds.slice(0, 4) },
    env: { CERTIFICATES_CACHE_TTL_MS: '0' },
  });
  opened.push(walking);
  for (const ref of refs) expect([ref, await lookUp(app, [ref])]).toEqual([ref, await lookUp(walking, [ref])]);
  const together = await lookUp(app, refs);
  expect(together).toEqual(await lookUp(walking, refs));
  expect(idsFound(together)).toEqual([null, id, null, null, globalId, globalId, globalId, globalId]);
});

test.each<[what: string, fault: Fault]>([
  ['missing', { kind: 'answer', status: 404, body: { error_code: 'APIGW.0101', error_msg: 'The API does not exist' } }],
  ['missing in other words', { kind: 'answer', status: 404, contentType: 'text/html', body: 'no' }],
  ['forbidden', { kind: 'answer', status: 403, body: { error_code: 'APIG.1005', error_msg: 'No permissions' } }],
])('an endpoint that is %s is left alone for a while, by caller, and lists are walked', async (_what, fault) => {
  const { roma, app } = await start();
  const other = await roma.control.issueToken();
  const [id = ''] = await idsOf(roma, roma.instanceIds[4], 1);
  await roma.control.addFaults({ fault, times: 'always', match: { path: 'details', token: roma.token } });
  const first = await lookUp(app, [{ id }, { id: 'nowhere' }]);
  expect(first.errors).toBeUndefined();
  expect(idsFound(first)).toEqual([id, null]);
  expect(await callsOf(roma)).toMatchObject({ details: 2, list: 6 });
  expect(idsFound(await lookUp(app, [{ id }]))).toEqual([id]);
  expect((await callsOf(roma))['details']).toBeUndefined();
  expect(idsFound(await lookUp(app, [{ id }], other))).toEqual([id]);
  expect(await callsOf(roma)).toEqual({ details: 1 });
});

test.each([
  [400, 'APIG.2012'],
  [404, 'APIG.3030'],
  [403, 'APIG.1136'],
])('an ID that it refuses (%i %s) is looked for in lists, and the endpoint is asked for others', async (status, code) => {
  const { roma, app } = await start();
  const [id = ''] = await idsOf(roma, roma.instanceIds[4], 1);
  const fault = { kind: 'answer', status, body: { error_code: code, error_msg: 'no' } } as const;
  await roma.control.addFaults({ fault, times: 'always', match: { path: 'details', certificateId: 'nowhere' } });
  const { data, errors } = await lookUp(app, [{ id: 'nowhere' }]);
  expect(errors).toBeUndefined();
  expect(data._entities).toEqual([null]);
  expect(await callsOf(roma)).toEqual({ details: 1, list: 6 });
  expect(idsFound(await lookUp(app, [{ id }]))).toEqual([id]);
  expect((await callsOf(roma))['details']).toBe(1);
});

test('answers that do not say whose the certificate is send it to the lists', async () => {
  const { roma, app } = await start();
  await roma.control.setSwitches({ bareDetails: true });
  const [id = ''] = await idsOf(roma, roma.instanceIds[4], 1);
  const { data, errors } = await lookUp(app, [{ id }]);
  expect(errors).toBeUndefined();
  expect(data._entities).toMatchObject([{ id, instanceId: roma.instanceIds[4] }]);
  // Nothing is wrong with the endpoint: it is asked the next time.
  await roma.control.setSwitches({ bareDetails: false });
  await roma.control.clearCalls();
  await lookUp(app, [{ id: 'nowhere' }]);
  expect(await callsOf(roma)).toEqual({ details: 1 });
});

test.each<[what: string, fault: Fault, cause: object, retryable: boolean]>([
  ['a 503', { kind: 'answer', status: 503 }, { code: 'UPSTREAM_ERROR', upstream: { status: 503 } }, true],
  ['no JSON', { kind: 'answer', status: 200, body: 'no' }, { code: 'UPSTREAM_INVALID_RESPONSE' }, true],
  ['a reset', { kind: 'reset', after: 'nothing' }, { code: 'UPSTREAM_UNAVAILABLE' }, true],
  ['a 400', { kind: 'answer', status: 418 }, { code: 'UPSTREAM_ERROR', upstream: { status: 418 } }, false],
])(
  'what fails (%s) is LOOKUP_INCOMPLETE for that ID alone, and never null without an error',
  async (_what, fault, cause, retryable) => {
    const { roma, app } = await start();
    const [good = '', bad = ''] = await idsOf(roma, roma.instanceIds[4], 2);
    await roma.control.addFaults({ fault, times: 'always', match: { path: 'details', certificateId: bad } });
    const answer = await lookUp(app, [{ id: good }, { id: bad }, { id: 'nowhere' }]);
    expect(idsFound(answer)).toEqual([good, null, null]);
    expect(answer.errors).toMatchObject([
      {
        path: ['_entities', 1],
        extensions: {
          code: 'LOOKUP_INCOMPLETE',
          retryable,
          instances: roma.instanceIds.map((instanceId) => ({ instanceId, ...cause })),
        },
      },
    ]);
    expect((await callsOf(roma))['list']).toBeUndefined();
  },
);

test('a call limit is the cause for what it leaves out', async () => {
  const { roma, app } = await start({ env: { MAX_UPSTREAM_CALLS: '2' } });
  const ids = await idsOf(roma, roma.instanceIds[4], 4);
  const answer = await lookUp(
    app,
    ids.map((id) => ({ id })),
  );
  expect(idsFound(answer)).toEqual([ids[0], ids[1], null, null]);
  for (const { extensions } of answer.errors ?? []) {
    expect(extensions).toMatchObject({
      code: 'LOOKUP_INCOMPLETE',
      instances: Array(6).fill({ code: 'REQUEST_LIMIT_EXCEEDED' }),
    });
  }
  expect(answer.errors).toHaveLength(2);
});

test('a token that is refused is UNAUTHENTICATED', async () => {
  const { roma, app } = await start();
  const [id = ''] = await idsOf(roma, roma.instanceIds[4], 1);
  const refused = await lookUp(app, [{ id }], 'made-up');
  expect(refused.errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(await callsOf(roma)).toEqual({ details: 1 });
});

test('without instances to look into, a bare ID is LOOKUP_INCOMPLETE', async () => {
  const { roma, app } = await start({ looksInto: 0 });
  const [id = ''] = await idsOf(roma, roma.instanceIds[4], 1);
  const { errors } = await lookUp(app, [{ id }]);
  expect(errors).toMatchObject([{ extensions: { code: 'LOOKUP_INCOMPLETE', instances: [] } }]);
  expect(await callsOf(roma)).toEqual({});
});

test('where instances are discovered, only references without one wait for it', async () => {
  const { roma } = await start();
  const { projectId, token, instanceIds } = roma;
  const env = {
    ROMA_ENDPOINT: roma.origin,
    ROMA_PROJECT_ID: projectId,
    ROMA_LOOKUP: 'details',
    CERTIFICATES_CACHE_TTL_MS: '0',
  };
  const app = await startApp({ env });
  opened.push(app);
  const [id = ''] = await idsOf(roma, instanceIds[4], 1);
  expect(idsFound(await lookUp(app, [{ id, instanceId: instanceIds[4] }], token))).toEqual([id]);
  expect(await callsOf(roma)).toEqual({ details: 1 });
  expect(idsFound(await lookUp(app, [{ id }], token))).toEqual([id]);
  expect(await callsOf(roma)).toEqual({ instances: 1, details: 1 });
});

test('what was found is reused by caller', async () => {
  const { roma, app } = await start({ env: { CERTIFICATES_CACHE_TTL_MS: '60000' } });
  const [id = ''] = await idsOf(roma, roma.instanceIds[4], 1);
  await lookUp(app, [{ id }]);
  await lookUp(app, [{ id }, { id, instanceId: roma.instanceIds[4] }]);
  expect(await callsOf(roma)).toEqual({ details: 1 });
});
