import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer } from 'node:tls';
import { generate } from 'selfsigned';

/** A private certificate authority, and a server's certificate for this machine that it has issued. */
export interface Authority extends AsyncDisposable {
  /** The authority's certificate, for `NODE_EXTRA_CA_CERTS`. */
  readonly file: string;
  readonly pem: string;
  readonly server: { readonly key: string; readonly cert: string };
}

export async function createAuthority(): Promise<Authority> {
  const authority = await generate([{ name: 'commonName', value: 'Private authority of a test' }], {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'authority-'));
  const file = path.join(folder, 'ca.pem');
  await writeFile(file, authority.cert);
  return {
    file,
    pem: authority.cert,
    server: { key: server.private, cert: server.cert },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

export interface TlsFront extends AsyncDisposable {
  readonly origin: string;
}

/** Speaks TLS in front of a server that does not. */
export async function startTlsFront(plainOrigin: string, { key, cert }: Authority['server']): Promise<TlsFront> {
  const { hostname, port } = new URL(plainOrigin);
  const sockets = new Set<Socket>();
  const server = createServer({ key, cert }, (client) => {
    const behind = connect(Number(port), hostname);
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    client.pipe(behind).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
