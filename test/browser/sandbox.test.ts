import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { browserIsMissing, browserTest, keepPicture, openPage, startBrowser } from '../support/browser.ts';

let app: App;
let browser: Browser;
beforeAll(async () => {
  if (browserIsMissing) return;
  [app, browser] = await Promise.all([startApp(), startBrowser()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), app?.stop()]);
});

/** Stands in for the script from Apollo's CDN, which tests do not reach: keeps what the page hands to it. */
const STAND_IN = 'window.EmbeddedSandbox = class { constructor(options) { window.handed = options; } };';

browserTest('Sandbox asks nobody but Apollo for its parts, and is handed this server and an example', async () => {
  await using watched = await openPage(browser, { viewport: { width: 1280, height: 800 } });
  const { page, outside } = watched;
  // The page's own policy must let it in.
  await page.route('https://embeddable-sandbox.cdn.apollographql.com/**', async (route) => {
    outside.push(route.request().url());
    await route.fulfill({ contentType: 'text/javascript', body: STAND_IN });
  });

  await page.goto(new URL('/', app.url).href);
  const shown = await page.evaluate('window.handed');
  expect(shown).toMatchObject({
    initialEndpoint: app.url,
    initialState: {
      document: expect.stringContaining('query ExpiringSoon'),
      variables: { days: 30 },
      headers: { 'X-Auth-Token': '' },
    },
  });

  await page.getByRole('link', { name: 'List and page' }).click();
  await page.waitForURL('**/?example=list-and-page');
  expect(await page.evaluate('window.handed')).toMatchObject({
    initialEndpoint: app.url,
    initialState: { document: expect.stringContaining('query FirstCertificates') },
  });
  expect(await page.getByRole('link', { name: 'List and page' }).getAttribute('aria-current')).toBe('page');

  const hosts = new Set(outside.map((url) => new URL(url).hostname));
  hosts.delete('fonts.googleapis.com');
  expect([...hosts].filter((host) => !host.endsWith('.apollographql.com'))).toEqual([]);
  await keepPicture(page, 'sandbox');
});

browserTest('where Apollo cannot be reached, the page leads to the explorer', async () => {
  await using watched = await openPage(browser, { viewport: { width: 390, height: 700 } });
  const { page } = watched;
  await page.goto(app.url);
  await page.getByText('Apollo Sandbox cannot be loaded').waitFor();
  // It fades in.
  await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))');
  await keepPicture(page, 'sandbox-offline');
  await page.getByRole('link', { name: 'The explorer' }).click();
  await page.getByRole('button', { name: 'Execute query' }).waitFor();
});
