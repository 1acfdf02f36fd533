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

browserTest('the explorer runs the first operation and shows rows, and talks to nobody else', async () => {
  await using watched = await openPage(browser, { viewport: { width: 1280, height: 800 } });
  const { page, complaints, outside } = watched;
  await page.goto(new URL('/explorer', app.url).href);
  await page.getByRole('button', { name: 'Execute query' }).click();
  const answer = page.locator('section[aria-label="Result Window"]');
  await answer.getByText('"totalCount"').waitFor();
  await answer.getByText('"daysUntilExpiry"').first().waitFor();
  await keepPicture(page, 'explorer');

  await page.getByTitle('JoinById').click();
  await page.getByText('JoinById {').waitFor();
  await page.getByRole('button', { name: 'Execute query' }).click();
  await answer.getByText('"_entities"').waitFor();
  expect(outside).toEqual([]);
  expect(complaints).toEqual([]);
});

browserTest('on a phone the answer is below the operation, as wide as the page allows', async () => {
  await using watched = await openPage(browser, { viewport: { width: 390, height: 844 } });
  const { page } = watched;
  await page.goto(new URL('/explorer', app.url).href);
  await page.getByRole('button', { name: 'Execute query' }).click();
  const answer = page.locator('section[aria-label="Result Window"]');
  await answer.getByText('"totalCount"').waitFor();
  const [above, below] = await Promise.all([
    page.locator('section[aria-label="Operation Editor"]').boundingBox(),
    answer.boundingBox(),
  ]);
  expect(below?.width).toBeGreaterThan(250);
  expect(below?.y).toBeGreaterThan((above?.y ?? 0) + 50);
});
