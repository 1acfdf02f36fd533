import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';

/** With a lane, and without: what a request is answered must not depend on it. */
let on: App;
let off: App;
let roma: Emulator;
const lines: string[] = [];
beforeAll(async () => {
  roma = await startEmulator({ instances: 2, certificates: 20 });
  const destination = { write: (line: string) => void lines.push(line) };
  const start = (lane: string) =>
    startApp({ roma, destination, env: { EXPRESS_LANE: lane, CERTIFICATES_CACHE_TTL_MS: '0', LOG_LEVEL: 'error' } });
  [on, off] = [await start('on'), await start('off')];
});
afterAll(async () => {
  await Promise.all([on.stop(), off.stop()]);
  await roma.stop();
});

const SEED = 20_261_126;
const property = { seed: SEED, interruptAfterTimeLimit: 15_000, numRuns: 100_000 };

/** Sends bytes as they are, and hangs up when there is an answer or nothing has come for a while. */
async function sendRaw(app: App, bytes: Buffer): Promise<string> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    answer += text;
    // A whole head is enough.
    if (answer.includes('\r\n\r\n')) socket.destroy();
  });
  socket.on('error', () => {});
  socket.setTimeout(100, () => socket.destroy());
  socket.end(bytes);
  await once(socket, 'close');
  return answer;
}

const query = (): string => `{ certificates(instanceId: "${roma.instanceIds[0]}", first: 2) { totalCount nodes { id } } }`;

function aRequest(): string {
  const body = JSON.stringify({ query: query(), variables: { first: 2 }, operationName: null });
  return `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\naccept: application/json\r\ncontent-length: ${body.length}\r\nx-auth-token: ${roma.token}\r\n\r\n${body}`;
}

/** What is put in the place of some characters. */
const piece = fc.oneof(
  fc.constantFrom(
    '\r\n',
    '\n',
    '\0',
    ' ',
    ':',
    '\r\n\r\n',
    '0',
    '-1',
    '99999999999',
    '"',
    '{',
    '}',
    '[',
    ']',
    '\\u0000',
    '\ud800',
  ),
  fc.constantFrom(
    'chunked',
    'gzip',
    'transfer-encoding: chunked\r\n',
    'expect: 100-continue\r\n',
    'content-length: 5\r\n',
    'GET',
    '/metrics',
  ),
  fc.constantFrom('__proto__', 'constructor', 'toString', '_', '$', '...', '@include(if: false)', 'null', 'true', '1e999'),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const changes = fc.array(fc.tuple(fc.nat(2_000), fc.nat(20), piece), { minLength: 1, maxLength: 4 });

function change(text: string, edits: readonly (readonly [at: number, removed: number, put: string])[]): string {
  return edits.reduce((changed, [at, removed, put]) => {
    const from = at % (changed.length + 1);
    return changed.slice(0, from) + put + changed.slice(from + removed);
  }, text);
}

test('whatever bytes come, the answer is HTTP or none, no defect, and the next one is served', async () => {
  await on.ask(query());
  await fc.assert(
    fc.asyncProperty(changes, async (edits) => {
      const answer = await sendRaw(on, Buffer.from(change(aRequest(), edits)));
      if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 (?!500)\d{3} /);
    }),
    property,
  );
  expect(lines).toEqual([]);
  const { errors } = await on.ask(query());
  expect(errors).toBeUndefined();
}, 60_000);

test('whatever becomes of a body, it is answered as without the lane', async () => {
  const body = JSON.stringify({ query: query(), variables: { first: 2 } });
  const send = async (app: App, text: string) => {
    const response = await app.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    });
    return [
      response.status,
      response.headers.get('content-type'),
      response.headers.get('cache-control'),
      withoutTime(await response.text()),
    ];
  };
  await send(on, body);
  await fc.assert(
    fc.asyncProperty(changes, async (edits) => {
      const text = change(body, edits);
      const wanted = await send(off, text);
      // The second time there may be a plan.
      expect(await send(on, text)).toEqual(wanted);
      expect(await send(on, text)).toEqual(wanted);
    }),
    property,
  );
  expect(lines).toEqual([]);
}, 60_000);

/** What differs between any two answers. */
function withoutTime(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replace(/"requestId":"[0-9a-f]{32}"/g, '"requestId":"ID"');
}
