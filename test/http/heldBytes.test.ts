import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { createHeldBytes } from '../../src/http/heldBytes.ts';
import { envOf } from '../reliability/modes.ts';
import { type App, startApp } from '../support/app.ts';

let roma: Emulator;
let app: App;
beforeAll(async () => {
  roma = await startEmulator({ instances: 1, certificates: 500 });
  app = await startApp({
    env: { ...envOf('passthrough', roma), OPERATION_DEADLINE_MS: '3000', CERTIFICATES_CACHE_TTL_MS: '0' },
  });
});
afterEach(() => roma.control.clearFaults());
afterAll(async () => {
  await app.stop();
  await roma.stop();
});

const LONG = 900_000;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function open(head: string, body: string | Buffer): Promise<Socket> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}).resume();
  sockets.push(socket);
  await once(socket, 'connect');
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-auth-token: ${roma.token}\r\n${head}\r\n\r\n`,
  );
  socket.write(body);
  return socket;
}

/** A body of this length that asks for a page. */
function aBody(length: number, size = 1): string {
  const query = `{ certificates(instanceId: "${roma.instanceIds[0]}", first: ${size}) { nodes { id } } }`;
  const body = JSON.stringify({ query, variables: { padding: '' } });
  return body.replace('"padding":""', `"padding":"${'x'.repeat(length - body.length)}"`);
}

function send(
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<{ status: number; code: string | undefined }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      app.url,
      { method: 'POST', headers: { 'content-type': 'application/json', 'x-auth-token': roma.token, ...headers } },
      async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, code: JSON.parse(text).errors?.[0]?.extensions.code });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const countOpen = (): number => sockets.filter(({ closed }) => !closed).length;

test.each([
  ['with a length', `content-length: ${LONG}`, 'x'.repeat(1_000)],
  ['in chunks', 'transfer-encoding: chunked', `${(LONG - 1_000).toString(16)}\r\n${'x'.repeat(LONG - 1_000)}`],
])(
  'of bodies %s that are never whole only some are kept, and not for long when there is one that is',
  async (_how, head, part) => {
    for (let at = 0; at < 30; at++) await open(head, part);
    await vi.waitFor(() => expect(countOpen()).toBeLessThan(6), 5_000);
    await sleep(1_100);
    expect(await send(aBody(LONG))).toEqual({ status: 200, code: undefined });
    expect(countOpen()).toBeGreaterThan(2);
  },
);

test('bodies whose operations wait leave no room for more; short ones need none', async () => {
  await roma.control.addFaults({ fault: { kind: 'hang', after: 'nothing' }, times: 'always' });
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => send(aBody(LONG))),
    ...Array.from({ length: 5 }, () => sleep(200).then(() => send(aBody(400, 2)))),
  ]);
  const long = answers.slice(0, 20);
  expect(long.filter(({ code }) => code === 'UPSTREAM_TIMEOUT')).toHaveLength(4);
  expect(long.filter(({ status, code }) => status === 503 && code === 'SERVICE_UNAVAILABLE')).toHaveLength(16);
  for (const { code } of answers.slice(20)) expect(code).toBe('UPSTREAM_TIMEOUT');
  await roma.control.clearFaults();
  expect(await send(aBody(LONG))).toEqual({ status: 200, code: undefined });
});

test('a compressed body counts as what it becomes', async () => {
  await roma.control.addFaults({ fault: { kind: 'hang', after: 'nothing' }, times: 'always' });
  const zipped = gzipSync(aBody(LONG));
  expect(zipped.length).toBeLessThan(2_000);
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(zipped, { 'content-encoding': 'gzip' })));
  expect(answers.filter(({ status }) => status === 503).length).toBe(16);
});

describe('answers that nobody reads', () => {
  test('go when there is no room for newer ones, the oldest first', async () => {
    const held = createHeldBytes({ maxBytes: 100_000, mayEnd: () => true });
    const order: (boolean | string)[] = [];
    await using server = createServer((message: IncomingMessage, response: ServerResponse) => {
      response.on('close', () => order.push(`${message.url} ended`));
      order.push(held.add(response, 40_000));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const asking: Socket[] = [];
    for (const path of ['/1', '/2', '/3']) {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      asking.push(socket);
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
      await vi.waitFor(() => expect(order).toContain(true));
      await sleep(20);
    }
    await vi.waitFor(() => expect(order).toEqual([true, true, true, '/1 ended']));
    asking[1]?.destroy();
    await vi.waitFor(() => expect(order).toContain('/2 ended'));
    for (const socket of asking) socket.destroy();
  });

  test('go when nothing of them is read for a while', async () => {
    const held = createHeldBytes({ maxBytes: 100_000_000, mayEnd: () => true, idleMs: 100 });
    let ended: number | undefined;
    await using server = createServer((_message: IncomingMessage, response: ServerResponse) => {
      const body = Buffer.alloc(50_000_000);
      held.add(response, body.length);
      response.on('close', () => {
        ended = response.writableLength;
      });
      response.end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await vi.waitFor(() => expect(ended).toBeDefined(), 5_000);
    socket.destroy();
  });

  test('do not make room for one that is larger than all may be', () => {
    const response = { closed: false, once: () => response } as unknown as ServerResponse;
    expect(createHeldBytes({ maxBytes: 10, mayEnd: () => true }).add(response, 11)).toBe(false);
  });
});
