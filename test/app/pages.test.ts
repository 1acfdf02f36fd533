import { afterAll, beforeAll, expect, test } from 'vitest';
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
  const html = await (await app.fetch('/graphql', { headers: browser })).text();
  const config = /var embeddedSandboxConfig = (\{.*\});/.exec(html)?.[1] ?? '';
  const { document, variables, headers } = JSON.parse(config).initialState;
  expect(Object.keys(headers)).toEqual(['X-Auth-Token']);
  const { data, errors } = await app.ask(document, variables, headers);
  expect(errors).toBeUndefined();
  expect(data.certificates.nodes).toHaveLength(10);
});

test('the explorer needs nothing from outside', async () => {
  const response = await app.fetch('/explorer', { headers: { 'accept-encoding': 'identity' } });
  const html = await response.text();
  expect(response.headers.get('content-encoding')).toBeNull();
  expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)="?https?:/);
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*connect-src 'self'/);
});

test('the explorer shows the same first operation', async () => {
  const html = await (await app.fetch('/explorer')).text();
  const options = /renderYogaGraphiQL\(\s*window\.document\.querySelector\('#root'\),\s*(\{.*\}),\s*\);/.exec(html)?.[1] ?? '';
  const { query, variables, headers } = JSON.parse(options);
  expect(await app.ask(query, JSON.parse(variables), JSON.parse(headers))).not.toHaveProperty('errors');
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
