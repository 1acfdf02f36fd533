import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { encoded, plainTransfer, send, toRefusalAnswer } from './Answer.ts';
import { answerRequest } from './answerRequest.ts';
import type { EmulatorControl, EmulatorFacts } from './control.ts';
import { createControl } from './control.ts';
import { answerControl, CONTROL_PREFIX } from './controlApi.ts';
import type { EmulatorOptions } from './options.ts';
import { receive } from './Received.ts';
import { hasBody, noBody, readBody } from './readBody.ts';
import { refusals } from './refusals.ts';
import { createRequestId } from './requestId.ts';
import { Service } from './Service.ts';
import { account } from './seed/account.ts';

/** A running emulator, in this process or another. Whoever started it stops it. */
export interface Emulator extends EmulatorFacts, AsyncDisposable {
  readonly control: EmulatorControl;
  /** Ends open connections at once. May be called more than once. */
  stop(): Promise<void>;
}

/** For people who look at the data: enough for a list over all instances to be one, few enough to look at. */
export const SHOWN_INSTANCES = 6;

/** All headers together [P]. */
const MAX_HEADERS_BYTES = 128 * 1024;
/** [P] */
const MAX_BODY_BYTES = 12 * 1024 * 1024;
/** Control requests put in as many rows as they like. */
const MAX_CONTROL_BODY_BYTES = 512 * 1024 * 1024;
/** How long an idle connection stays; Node's 5 seconds would be shorter than any gateway's. */
const KEEP_ALIVE_MS = 60_000;

/** Starts a stand-in for ROMA Connect, IAM included. Rejects when the address is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const service = new Service(options);
  const sockets = new Set<Socket>();
  const server = createServer({ maxHeaderSize: MAX_HEADERS_BYTES, keepAliveTimeout: KEEP_ALIVE_MS });
  const origin = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const control = createControl(service, { origin, openSockets: () => sockets.size });

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', refuseUnreadable);
  server.on('request', (request, response) => {
    if (request.url?.startsWith(CONTROL_PREFIX)) {
      sockets.delete(request.socket);
      void onControlRequest(control, request, response).catch(failing(response));
    } else {
      void onRequest(service, request, response).catch(failing(response));
    }
  });

  return {
    ...account,
    origin,
    instanceIds: service.inventory.instanceIds,
    control,
    stop: () => stop(server),
    [Symbol.asyncDispose]: () => stop(server),
  };
}

async function onRequest(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = hasBody(request) ? await readBody(request, MAX_BODY_BYTES) : noBody;
  if (body) {
    answerRequest(receive(request, body), response, service);
    return;
  }
  const refusal = toRefusalAnswer(refusals.bodyTooLarge(), createRequestId());
  send(response, encoded(refusal, { gzip: false, framing: 'untilClose' }), 'untilClose');
}

async function onControlRequest(control: EmulatorControl, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request, MAX_CONTROL_BODY_BYTES);
  const path = (request.url ?? '').slice(CONTROL_PREFIX.length);
  const answer = await answerControl(control, request.method ?? '', path, body?.toString() ?? '');
  send(response, encoded(answer, plainTransfer), plainTransfer.framing);
}

/** Ignores clients that leave while they send. Any other error is a defect of the emulator, and is answered as one. */
function failing(response: ServerResponse): (error: unknown) => void {
  return (error) => {
    if (response.destroyed || response.headersSent) return;
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`The emulator failed: ${String(error)}`);
  };
}

/** What Node could not parse. Too many headers get the gateway's answer, garbage gets a closed connection. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code !== 'HPE_HEADER_OVERFLOW' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = encoded(toRefusalAnswer(refusals.headersTooLarge(), createRequestId()), plainTransfer);
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  socket.end(`HTTP/1.1 ${status} Request Header Too Large\r\n${lines.join('')}\r\n${body.toString()}`);
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: taken, family, address } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}
