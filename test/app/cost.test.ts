import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { type EmulatorProcess, startEmulatorProcess } from '../support/emulator.ts';

/**
 * What an operation may cost, counted and not timed: times differ between machines, these numbers do not. Whoever needs more of
 * something raises its bound here, and says why.
 */

const OPERATIONS = 200;

const PAGE = `query Page($instanceId: ID!, $after: String) {
  certificates(instanceId: $instanceId, first: 20, after: $after) { nodes { id name commonName notAfter } }
}`;
const JOIN = 'query Join($of: [_Any!]!) { _entities(representations: $of) { ... on Certificate { id name } } }';

let roma: EmulatorProcess;
/** Nothing of before is of use to it. */
let app: App;
let revalidating: App;
beforeAll(async () => {
  roma = await startEmulatorProcess({ instances: 5, certificates: 100 });
  app = await start({ CERTIFICATES_CACHE_TTL_MS: '0', REVALIDATION: 'off' });
  revalidating = await start({ CERTIFICATES_CACHE_TTL_MS: '0' });
});
afterAll(async () => {
  await app.stop();
  await revalidating.stop();
  await roma.stop();
});

const start = (env: Record<string, string>): Promise<App> => startApp({ roma, env });

interface Ask {
  readonly query: string;
  readonly variables: object;
}

/** Sends requests one after the other over one connection, by means that count for nothing here. Resolves with how many chunks came. */
async function send(to: App, { query, variables }: Ask, times: number): Promise<number> {
  const { hostname, port } = new URL(to.url);
  const body = JSON.stringify({ query, variables });
  const text = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  // One character a byte.
  socket.setEncoding('latin1');
  let answer = '';
  let chunks = 0;
  let left = times;
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      answer += chunk;
      chunks += 1;
      const length = /content-length: (\d+)/i.exec(answer)?.[1];
      if (length === undefined || answer.length < answer.indexOf('\r\n\r\n') + 4 + Number(length)) return;
      left -= 1;
      if (left === 0) return resolve();
      answer = '';
      socket.write(text);
    });
  });
  socket.write(text);
  await done;
  socket.destroy();
  return chunks;
}

const page = (): Ask => ({ query: PAGE, variables: { instanceId: roma.instanceIds[0], after: null } });

/** Per operation, once the way is known. */
async function count(to: App, ask: Ask, what: () => number): Promise<number> {
  await send(to, ask, 20);
  const before = what();
  await send(to, ask, OPERATIONS);
  return (what() - before) / OPERATIONS;
}

/** How many asynchronous resources of a type are made meanwhile. */
async function countMade(type: string, to: App, ask: Ask): Promise<number> {
  let made = 0;
  const hook = createHook({
    init(_id, name) {
      if (name === type) made += 1;
    },
  }).enable();
  try {
    return await count(to, ask, () => made);
  } finally {
    hook.disable();
  }
}

describe('a page that is read anew', () => {
  test('takes one call for 22 rows, and its answer comes in one chunk', async () => {
    await roma.control.clearCalls();
    expect(await send(app, page(), OPERATIONS)).toBe(OPERATIONS);
    const { total, calls } = await roma.control.calls();
    expect(total).toBe(OPERATIONS);
    expect(new Set(calls.map(({ limit }) => limit))).toEqual(new Set([22]));
  });

  test.each([
    // Two of them are the deadline of the operation and that of the attempt.
    ['timers', 'Timeout', 4.1],
    ['ticks', 'TickObject', 12],
  ])('takes few %s', async (_name, type, bound) => {
    const each = await countMade(type, app, page());
    expect(each).toBeGreaterThan(1);
    expect(each).toBeLessThanOrEqual(bound);
  });

  test('takes no AbortController: their signals are slow to make and to collect', async () => {
    const original = globalThis.AbortController;
    let made = 0;
    globalThis.AbortController = class extends original {
      constructor() {
        super();
        made += 1;
      }
    };
    try {
      expect(await count(app, page(), () => made)).toBe(0);
    } finally {
      globalThis.AbortController = original;
    }
  });
});

describe('a page that is the same when it is read again', () => {
  test('takes one call, and only the request is decoded', async () => {
    await send(revalidating, page(), 20);
    await roma.control.clearCalls();
    const parse = vi.spyOn(JSON, 'parse');
    await send(revalidating, page(), OPERATIONS);
    const parsed = parse.mock.calls.length;
    parse.mockRestore();
    expect(parsed).toBe(OPERATIONS);
    expect((await roma.control.calls()).total).toBe(OPERATIONS);
  });

  test.each([
    ['timers', 'Timeout', 4.1],
    ['ticks', 'TickObject', 12],
  ])('takes few %s', async (_name, type, bound) => {
    const each = await countMade(type, revalidating, page());
    expect(each).toBeGreaterThan(1);
    expect(each).toBeLessThanOrEqual(bound);
  });
});

describe('a join of 100 certificates in 5 instances', () => {
  test('takes a call per instance once, then none', async () => {
    await using reusing = await start({});
    const ids: { id: string }[] = [];
    for (const instanceId of roma.instanceIds) {
      const { data } = await app.ask('query ($id: ID!) { certificates(instanceId: $id) { nodes { id } } }', { id: instanceId });
      ids.push(...data.certificates.nodes);
    }
    const join = { query: JOIN, variables: { of: ids.map(({ id }) => ({ __typename: 'Certificate', id })) } };
    expect(ids).toHaveLength(100);
    await roma.control.clearCalls();
    await send(reusing, join, 1);
    expect((await roma.control.calls()).total).toBe(5);
    await send(reusing, join, OPERATIONS);
    expect((await roma.control.calls()).total).toBe(5);
  });
});
