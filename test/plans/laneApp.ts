import { vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';

/** An app with the express lane, as in production, over an emulator. The clock stands still unless a test moves it. */

export const TTL_MS = 10_000;
/** What was logged of requests for GraphQL, and of what operators have to know. */
export const lines: string[] = [];
export const warnings: string[] = [];
export let roma: Emulator;
export let app: App;
export let instanceId: string;

export async function startAll(): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-24T12:00:00.500Z') });
  roma = await startEmulator({ now: Date.now });
  instanceId = roma.instanceIds[0] ?? '';
  app = await start();
}

export async function stopAll(): Promise<void> {
  await app.stop();
  await roma.stop();
  vi.useRealTimers();
}

export async function forgetAll(): Promise<void> {
  // What was read for one test is too old for the next.
  vi.setSystemTime(Date.now() + 2 * TTL_MS);
  await roma.control.clearFaults();
  await roma.control.clearCalls();
}

export function start(env: Record<string, string> = {}): Promise<App> {
  return startApp({
    env: {
      // JSON lines are a matter of production.
      NODE_ENV: 'production',
      LOG_LEVEL: 'debug',
      ROMA_ENDPOINT: roma.origin,
      ROMA_PROJECT_ID: roma.projectId,
      ROMA_INSTANCE_IDS: roma.instanceIds.join(','),
      ROUTER_SECRET: 'secret',
      MAX_ROWS: '1000',
      MAX_ENTITIES: '5',
      CERTIFICATES_CACHE_TTL_MS: `${TTL_MS}`,
      ...env,
    },
    destination: {
      write(line) {
        if (line.includes('"route":"/graphql"')) lines.push(line);
        if (line.includes('"level":"warn"')) warnings.push(line);
      },
    },
  });
}

export let names = 0;

/** A document of the test's own. */
export function list(): string {
  names += 1;
  return `query Q${names}($first: Int) { certificates(instanceId: "${instanceId}", first: $first) { nodes { id } asOf } }`;
}

export async function post(
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
  to = app,
): Promise<{ status: number; cacheControl: string | null; body: string }> {
  const response = await to.fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'router-authorization': 'secret',
      'x-auth-token': roma.token,
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, cacheControl: response.headers.get('cache-control'), body: await response.text() };
}

export const calls = async (): Promise<number> => (await roma.control.calls()).total;
