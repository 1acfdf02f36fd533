import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { startApp } from '../support/app.ts';

const running: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Where it was asked to go, and with which credentials. */
  readonly asked: { readonly target: string; readonly credentials: string | undefined }[];
}

/** A real one: it tunnels, and it forwards. `via`: where all names lead to. */
async function startProxy(via: URL): Promise<Proxy> {
  const asked: { target: string; credentials: string | undefined }[] = [];
  const note = ({ url = '', headers }: IncomingMessage): void => {
    asked.push({ target: url, credentials: headers['proxy-authorization'] });
  };
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    note(incoming);
    const { pathname, search } = new URL(incoming.url ?? '');
    incoming.pipe(
      request(
        { host: via.hostname, port: via.port, path: pathname + search, method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      ),
    );
  });
  server.on('connect', (incoming, client) => {
    note(incoming);
    const onwards = connect(Number(via.port), via.hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onwards.pipe(client).pipe(onwards);
    });
    for (const socket of [onwards, client as Socket]) socket.on('error', () => {});
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://user:pass-canary@127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function startAll(env: (roma: Emulator, proxy: Proxy) => Record<string, string>) {
  const roma = await startEmulator();
  running.push({ [Symbol.asyncDispose]: () => roma.stop() });
  const proxy = await startProxy(new URL(roma.origin));
  running.push(proxy);
  const lines: string[] = [];
  const app = await startApp({
    env: {
      ROMA_ENDPOINT: roma.origin,
      ROMA_PROJECT_ID: roma.projectId,
      ROMA_INSTANCE_IDS: roma.instanceIds.join(),
      LOG_LEVEL: 'trace',
      ...env(roma, proxy),
    },
    destination: { write: (line) => void lines.push(line) },
  });
  running.push(app);
  const query = `{ certificates(instanceId: "${roma.instanceIds[0]}", first: 1) { nodes { id } } }`;
  const answer = await app.ask(query, {}, { 'x-auth-token': roma.token });
  return { answer, proxy, lines, roma };
}

test.each(['HTTP_PROXY', 'http_proxy'])('calls go through the proxy that %s names, with its credentials', async (name) => {
  const { answer, proxy, lines, roma } = await startAll((_roma, { url }) => ({ [name]: url }));
  expect(answer.data.certificates.nodes).toHaveLength(1);
  expect(proxy.asked.length).toBeGreaterThan(0);
  expect(proxy.asked[0]?.target).toContain(new URL(roma.origin).host);
  expect(proxy.asked[0]?.credentials).toBe(`Basic ${Buffer.from('user:pass-canary').toString('base64')}`);
  expect(lines.join('')).not.toContain('pass-canary');
});

test.each(['127.0.0.1', '*', 'elsewhere.example,127.0.0.1'])('but not with NO_PROXY=%s', async (hosts) => {
  const { answer, proxy } = await startAll((_roma, { url }) => ({ HTTP_PROXY: url, NO_PROXY: hosts }));
  expect(answer.data.certificates.nodes).toHaveLength(1);
  expect(proxy.asked).toEqual([]);
});

test('logins go through it, too', async () => {
  const { answer, proxy } = await startAll((roma, { url }) => ({
    HTTP_PROXY: url,
    ROMA_AUTH: 'password',
    IAM_ENDPOINT: roma.origin,
    IAM_DOMAIN_NAME: roma.iamUser.domainName,
    IAM_USERNAME: roma.iamUser.username,
    IAM_PASSWORD: roma.iamUser.password,
  }));
  expect(answer.errors).toBeUndefined();
  expect(proxy.asked.length).toBeGreaterThan(0);
});

test('a proxy that is not there is told as ROMA Connect that can not be reached, without its address', async () => {
  const { answer } = await startAll(() => ({ HTTP_PROXY: 'http://user:pass-canary@127.0.0.1:9' }));
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  expect(JSON.stringify(answer)).not.toContain('127.0.0.1');
});
