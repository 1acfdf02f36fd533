import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const FRONTEND = 'examples/frontend';

/** It has dependencies of its own, which `npm ci` here leaves alone. */
export const frontendIsInstalled = existsSync(path.join(FRONTEND, 'node_modules'));

/** Runs a command that the frontend's dependencies brought along. */
export async function runInFrontend(command: string, ...args: readonly string[]): Promise<void> {
  await run(process.execPath, [path.resolve(FRONTEND, command), ...args], { cwd: FRONTEND });
}

export interface Frontend extends AsyncDisposable {
  readonly url: string;
}

/** Builds the page, and serves it with GraphQL behind the same origin, as the proxy of its development server does. */
export async function startFrontend(graphqlUrl: string): Promise<Frontend> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'frontend-'));
  started.defer(() => rm(folder, { recursive: true }));
  await runInFrontend('node_modules/vite/bin/vite.js', 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error');

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page.test');
    if (pathname === '/graphql') {
      const body = await text(request);
      const { 'content-type': type = '', accept = '', 'x-auth-token': token } = request.headers;
      const headers = { 'content-type': type, accept, ...(typeof token === 'string' && { 'x-auth-token': token }) };
      const answer = await fetch(graphqlUrl, { method: 'POST', headers, body });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
      return;
    }
    const file = path.join(folder, pathname === '/' ? 'index.html' : pathname);
    response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    response.end(await readFile(file));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  started.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const running = started.move();
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };
