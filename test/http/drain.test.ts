import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createDrain, type Drain } from '../../src/http/drain.ts';

let server: Server;
let drain: Drain;
/** Answers what still waits. */
let release: () => void;

afterEach(() => {
  vi.useRealTimers();
  server.closeAllConnections();
});

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

test('clients that never stop asking lose no request: they are answered, and in the end refused', async () => {
  // The listener closes when no connection came for a while. Only the test lets time pass, so no client connects too late.
  vi.useFakeTimers({ toFake: ['performance'] });
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
  const kept = new Set<Socket>();
  const allKept = Promise.withResolvers<void>();
  server.on('request', ({ socket }) => {
    if (drain.draining && !drain.partsWithClients && kept.add(socket).size === 10) allKept.resolve();
  });
  const drained = drain.run({ graceMs: 50, hurryAfterMs: 5_000, hurry: () => {} });
  // Not `vi.waitUntil`: it moves faked time. These are all the sockets that the clients may have, so none of them is about to connect.
  await allKept.promise;
  vi.advanceTimersByTime(100);
  await Promise.all(clients);
  expect(outcomes).toEqual(new Set(['answered', 'ECONNREFUSED']));
  vi.advanceTimersByTime(100);
  await drained;
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
