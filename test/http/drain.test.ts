import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createDrain, type Drain } from '../../src/http/drain.ts';

let server: Server;
let drain: Drain;
/** Answers what still waits. */
let release: () => void;

afterEach(() => server.closeAllConnections());

async function serve(answersAtOnce: boolean): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  release = resolve;
  server = createServer((_request, response) => {
    const answer = (): void => {
      if (drain.partsWithClients) response.setHeader('connection', 'close');
      response.end('answer');
    };
    if (answersAtOnce) setImmediate(answer);
    else void promise.then(answer);
  });
  drain = createDrain(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function ask(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve('answered'));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    sent.end();
  });
}

// On a busy machine the quiet before closing can pass although a client is about to connect; such a one is reset by the kernel.
test('clients that never stop asking lose no request: they are answered, and in the end refused', { retry: 2 }, async () => {
  const port = await serve(true);
  const agent = new Agent({ keepAlive: true, maxSockets: 10 });
  const outcomes = new Set<string>();
  const clients = Array.from({ length: 10 }, async () => {
    let outcome: string;
    do {
      outcome = await ask(port, agent);
      outcomes.add(outcome);
    } while (outcome === 'answered');
  });
  await drain.run({ graceMs: 50, hurryAfterMs: 5_000, hurry: () => {} });
  await Promise.all(clients);
  expect(outcomes).toEqual(new Set(['answered', 'ECONNREFUSED']));
});

test('it waits for what is in flight, and the listener stays open until then', async () => {
  const port = await serve(false);
  const first = ask(port, new Agent());
  await once(server, 'request');
  const drained = drain.run({ graceMs: 0, hurryAfterMs: 5_000, hurry: () => {} });
  expect(drain.draining).toBe(true);
  const second = ask(port, new Agent());
  await once(server, 'request');
  expect(server.listening).toBe(true);
  release();
  expect([await first, await second]).toEqual(['answered', 'answered']);
  await drained;
  expect(server.listening).toBe(false);
});

test('what takes too long is hurried', async () => {
  const port = await serve(false);
  const answer = ask(port, new Agent());
  await once(server, 'request');
  await drain.run({ graceMs: 0, hurryAfterMs: 20, hurry: release });
  expect(await answer).toBe('answered');
});
