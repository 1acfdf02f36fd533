import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';

let app: App;
beforeAll(async () => {
  app = await startApp({});
});
afterAll(() => app.stop());

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

test.each(['/', '/graphql'])('a browser at %s gets Apollo Sandbox, pointed at this server', async (path) => {
  const response = await app.fetch(path, { headers: browser });
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  // A policy of ours would keep the page from loading its scripts; it brings its own.
  expect(response.headers.get('content-security-policy')).toBe("frame-ancestors 'none'");
  expect(html).toContain("var initialEndpoint = new URL('graphql', window.location.href).href;");
});

test('the first operation of Sandbox works when one presses play', async () => {
  const { document, variables, headers } = await sandboxState('/graphql');
  expect(Object.keys(headers)).toEqual(['X-Auth-Token']);
  const { data, errors } = await app.ask(document, variables, headers);
  expect(errors).toBeUndefined();
  expect(data.certificates.nodes).toHaveLength(50);
});

test('Sandbox links to examples, and each answers with something and explains itself', async () => {
  const html = await (await app.fetch('/', { headers: browser })).text();
  const links = Array.from(html.matchAll(/href="\.\/(\?example=[^"]+)"/g), ([, link = '']) => link);
  expect(links).toEqual([
    '?example=expiring-soon',
    '?example=list-and-page',
    '?example=one-certificate',
    '?example=join-by-id',
    '?example=instance-entity',
  ]);
  const shown = await Promise.all(links.map((link) => sandboxState(`/${link}`)));
  expect(new Set(shown.map(({ document }) => document)).size).toBe(5);
  for (const { document, variables, headers } of shown) {
    expect(document).toMatch(/^# /);
    const { data, errors } = await app.ask(document, variables, headers);
    expect(errors).toBeUndefined();
    // Found, every one: there is no null among the entities.
    expect([data._entities ?? data.certificates ?? data.certificate].flat()).not.toContain(null);
  }
});

test('an example of another name is the first one', async () => {
  expect(await sandboxState('/?example=<script>')).toEqual(await sandboxState('/'));
});

test('the page comes also when there is no certificate to show', async () => {
  await using roma = await startEmulator({ rows: { 'no-certificates': [] } });
  await using empty = await startApp({ roma });
  const html = await (await empty.fetch('/?example=join-by-id', { headers: browser })).text();
  expect(html).toContain('the ID of a certificate');
});

test('the explorer needs nothing from outside', async () => {
  const response = await app.fetch('/explorer', { headers: { 'accept-encoding': 'identity' } });
  const html = await response.text();
  expect(response.headers.get('content-encoding')).toBeNull();
  expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)="?https?:/);
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*connect-src 'self'/);
});

test('the explorer shows the same operations, the first one in front', async () => {
  const html = await (await app.fetch('/explorer')).text();
  const options = /renderYogaGraphiQL\(\s*window\.document\.querySelector\('#root'\),\s*(\{.*\}),\s*\);/.exec(html)?.[1] ?? '';
  const { query, variables, headers, defaultTabs } = JSON.parse(options);
  expect(defaultTabs).toHaveLength(5);
  expect(defaultTabs[0]).toEqual({ query, variables, headers });
  for (const tab of defaultTabs) {
    expect(await app.ask(tab.query, JSON.parse(tab.variables), JSON.parse(tab.headers))).not.toHaveProperty('errors');
  }
});

test('the explorer is compressed for those who accept it, and sent once', async () => {
  const plain = await (await app.fetch('/explorer', { headers: { 'accept-encoding': 'gzip;q=0' } })).text();
  const compressed = await app.fetch('/explorer', { headers: { 'accept-encoding': 'br, gzip' } });
  expect(compressed.headers.get('content-encoding')).toBe('gzip');
  expect(compressed.headers.get('vary')).toContain('accept-encoding');
  // fetch has unpacked it by now.
  expect(await compressed.text()).toBe(plain);
  const etag = compressed.headers.get('etag') ?? '';
  expect((await app.fetch('/explorer', { headers: { 'if-none-match': etag } })).status).toBe(304);
});

test('GraphQL clients that can read HTML too get GraphQL', async () => {
  const headers = { accept: 'application/json, text/html', 'content-type': 'application/json' };
  expect(await (await app.fetch('/graphql?query={__typename}', { headers })).json()).toEqual({ data: { __typename: 'Query' } });
});

test('the page of a guarded server has a row for the secret', async () => {
  await using guarded = await startApp({ env: { ROUTER_SECRET: 'only-for-the-router' } });
  const html = await (await guarded.fetch('/', { headers: browser })).text();
  expect(html).toContain('"Router-Authorization":""');
  expect(html).not.toContain('only-for-the-router');
});

/** What Sandbox is told to show at first. */
async function sandboxState(path: string) {
  const html = await (await app.fetch(path, { headers: browser })).text();
  const config = /var embeddedSandboxConfig = (\{.*\});/.exec(html)?.[1] ?? '';
  return JSON.parse(config).initialState;
}
