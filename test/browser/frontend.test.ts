import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type App, startApp } from '../support/app.ts';
import { browserIsMissing, browserTest, keepPicture, openPage, startBrowser } from '../support/browser.ts';
import { startCommand } from '../support/command.ts';
import { type EmulatorProcess, startEmulatorProcess } from '../support/emulator.ts';
import { FRONTEND, type Frontend, frontendIsInstalled, runInFrontend, startFrontend } from '../support/frontend.ts';

/** Where everything has to be tested, tests fail without it instead. */
const isSkipped = !frontendIsInstalled && process.env['CI'] !== 'true';

/** As `browserTest`, for what needs the frontend's own dependencies too. */
function frontendTest(name: string, run: () => Promise<void>): void {
  if (isSkipped) test(name, ({ skip }) => skip(`skipped: run npm ci in ${FRONTEND} first`));
  else browserTest(name, run);
}

const desktop: BrowserContextOptions = { viewport: { width: 1200, height: 900 } };
const phone: BrowserContextOptions = { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };

const running = new AsyncDisposableStack();
let roma: EmulatorProcess;
let app: App;
let frontend: Frontend;
let browser: Browser;
beforeAll(async () => {
  if (isSkipped || browserIsMissing) return;
  roma = running.use(await startEmulatorProcess());
  app = running.use(await startApp({ roma, env: { CERTIFICATES_CACHE_TTL_MS: '0' } }));
  frontend = running.use(await startFrontend(app.url));
  browser = await startBrowser();
}, 120_000);
afterEach(() => roma?.control.clearFaults());
afterAll(async () => {
  await browser?.close();
  await running.disposeAsync();
});

frontendTest('the types of the page are right, and generated from the schema of today', async () => {
  await runInFrontend('node_modules/typescript/bin/tsc');
  await runInFrontend('node_modules/@graphql-codegen/cli/cjs/bin.js', '--check', '--silent');
});

frontendTest('npm run dev serves the page, and GraphQL behind it', async () => {
  const options = { cwd: FRONTEND, env: { CERTIFICATES_URL: new URL(app.url).origin } };
  await using server = await startCommand('npm run dev', /(http:\/\/localhost:\d+\/)/, options);
  expect(await (await fetch(server.said)).text()).toContain('<div id="root">');
  const body = JSON.stringify({ query: '{ __typename }' });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(new URL('/graphql', server.said), { method: 'POST', headers, body });
  expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
});

frontendTest('the page shows what ends first, with counts, and complains about nothing', async () => {
  await using watched = await open(desktop);
  const { page, complaints, outside } = watched;
  await rows(page).nth(19).waitFor();
  await page.getByRole('radio', { name: /^260 All$/ }).waitFor();
  expect(await page.getByRole('status').textContent()).toMatch(/^20 of 260 certificates as of/);
  expect(await rows(page).first().textContent()).toMatch(/^Expired \d+ days ago/);
  await keepPicture(page, 'frontend-light');
  expect(outside).toEqual([]);
  expect(complaints).toEqual([]);
});

frontendTest('scrolling down brings page after page, each certificate once, to the end', async () => {
  await using watched = await open(desktop);
  const { page, complaints } = watched;
  await page.getByRole('radio', { name: /Next 30 days/ }).check();
  const total = Number(await page.locator('[data-expiry="month"] .count').textContent());
  expect(total).toBeGreaterThan(40);
  for (let shown = 20; shown < total; shown += 20) {
    // Until then, rows of before are still replaced.
    await page.getByText(`${shown} of ${total} certificates`).waitFor();
    await rows(page)
      .nth(Math.min(shown, total) - 1)
      .scrollIntoViewIfNeeded();
  }
  await page.getByText(`${total} of ${total} certificates`).waitFor();
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  const names = await rows(page).getByRole('heading').allTextContents();
  expect(names).toHaveLength(total);
  const texts = await rows(page).locator('.expiry').allTextContents();
  const days = texts.map((text) => Number(/Ends in (\d+)/.exec(text)?.[1] ?? 0));
  expect(days).toEqual(days.toSorted((one, other) => one - other));
  expect(complaints).toEqual([]);
});

frontendTest('a host narrows the list and the counts down; nothing found is said', async () => {
  await using watched = await open(desktop);
  const { page } = watched;
  await rows(page).first().waitFor();
  await page.getByLabel('Covers host').fill('files.example.org');
  await page.getByText(/^(\d+) of \1 certificates/).waitFor();
  for (const text of await rows(page).allTextContents()) expect(text).toMatch(/files\.example\.org|\*\.example\.org/);
  await page.getByLabel('Covers host').fill('nowhere.invalid');
  await page.getByText('No certificate meets these conditions.').waitFor();
  expect(await rows(page).count()).toBe(0);
});

frontendTest('the order and the scope are what was chosen', async () => {
  await using watched = await open(desktop);
  const { page } = watched;
  await rows(page).first().waitFor();
  await page.getByLabel('Order').selectOption('Ends last');
  await rows(page)
    .first()
    .getByText(/^Valid/)
    .waitFor();
  await page.getByLabel('Scope').selectOption('Global');
  await page.getByText(/^(\d+) of \1 certificates/).waitFor();
  for (const text of await rows(page).locator('.kind').allTextContents()) expect(text).toMatch(/Global$/);
});

frontendTest('states differ by words and shapes, not by colours alone', async () => {
  await using watched = await open(desktop);
  const { page } = watched;
  await rows(page).first().waitFor();
  await page.getByLabel('Order').selectOption('Unsorted');
  await page.locator('[data-state="valid"]').first().waitFor();
  const seen = new Map<string, string>();
  for (const state of ['expired', 'soon', 'valid']) {
    const row = page.locator(`[data-state="${state}"]`).first();
    const shape = await row.locator('path').getAttribute('d');
    seen.set(String(shape), (await row.locator('strong').textContent())?.replace(/\d+/, 'n') ?? '');
  }
  expect([...seen.values()]).toEqual(['Expired n days ago', 'Ends in n days', 'Valid n days']);
  await keepPicture(page, 'frontend-states');
});

frontendTest('a token that ended is told as that, and a new one helps', async () => {
  await using watched = await open(desktop);
  const { page } = watched;
  await rows(page).first().waitFor();
  await page.getByLabel('Order').selectOption('Name');
  await page.getByText('Connection').click();
  await page.getByLabel('IAM token').fill(roma.expiredToken);
  await page.getByRole('button', { name: 'Connect' }).click();
  const alert = page.getByRole('alert');
  await alert.getByText('Your token is missing or has ended').waitFor();
  expect(await alert.textContent()).toContain('UNAUTHENTICATED');
  // The same again would not help, and what another token may see is not shown to this one.
  expect(await alert.getByRole('button').count()).toBe(0);
  expect(await rows(page).count()).toBe(0);
  expect(await page.locator('.count').allTextContents()).toEqual(['–', '–', '–', '–']);
  await keepPicture(page, 'frontend-problem');
  await page.getByLabel('IAM token').fill(roma.token);
  await page.getByRole('button', { name: 'Connect' }).click();
  await rows(page).first().waitFor();
  expect(await alert.count()).toBe(0);
  expect(await page.getByLabel('Order').inputValue()).toBe('NAME');
});

frontendTest('another instance is looked at under an address of its own', async () => {
  await using watched = await open(desktop);
  const { page } = watched;
  await page.getByText('Connection').click();
  await page.getByLabel('Instance ID').fill(roma.instanceIds[1] ?? '');
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByText(`Instance ${roma.instanceIds[1]}`).waitFor();
  const shown = await rows(page).first().textContent();
  await page.reload();
  await page.getByText(`Instance ${roma.instanceIds[1]}`).waitFor();
  expect(await rows(page).first().textContent()).toBe(shown);
});

frontendTest('an instance that there is not is told as that', async () => {
  await using watched = await open(desktop, '?instance=d0e1f2a3-0000-4000-8000-000000000000');
  const alert = watched.page.getByRole('alert');
  await alert.getByText('There is no such instance').waitFor();
  expect(await alert.textContent()).toMatch(/NOT_FOUND · request ID \w+/);
});

frontendTest('what may work later can be tried again: the first page, and the next one', async () => {
  await using watched = await open(desktop);
  const { page } = watched;
  await rows(page).first().waitFor();
  const broken = { kind: 'answer', status: 500, body: { error_code: 'APIG.9999', error_msg: 'System error' } } as const;

  await roma.control.addFaults({ fault: broken, times: 'always' });
  await rows(page).nth(19).scrollIntoViewIfNeeded();
  await page.getByRole('alert').getByText('ROMA Connect failed').waitFor();
  // What is there stays.
  expect(await rows(page).count()).toBe(20);
  await roma.control.clearFaults();
  await page.getByRole('button', { name: 'Try again' }).click();
  await rows(page).nth(39).waitFor();

  await roma.control.addFaults({ fault: broken, times: 'always' });
  await page.getByLabel('Order').selectOption('Name');
  await page.getByRole('alert').getByText('ROMA Connect failed').waitFor();
  await roma.control.clearFaults();
  await page.getByRole('button', { name: 'Try again' }).click();
  await rows(page).first().waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

frontendTest('the keyboard reaches everything, in the order of sight', async () => {
  await using watched = await open(desktop);
  const { page } = watched;
  await rows(page).first().waitFor();
  const reached: string[] = [];
  for (let stop = 0; stop < 6; stop += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(NAME_OF_FOCUS));
  }
  expect(reached).toEqual([
    'Skip to the certificates',
    'Connection',
    expect.stringMatching(/All$/),
    'Covers host',
    'Scope',
    'Order',
  ]);
});

const looks = [
  { name: 'light', options: { ...desktop, colorScheme: 'light' } },
  { name: 'dark', options: { ...desktop, colorScheme: 'dark' } },
  { name: 'phone', options: { ...phone, colorScheme: 'light' } },
  { name: 'phone-dark', options: { ...phone, colorScheme: 'dark' } },
] as const;

for (const { name, options } of looks) {
  frontendTest(`the page is accessible: ${name}`, async () => {
    await using watched = await open(options);
    const { page } = watched;
    await rows(page).nth(19).waitFor();
    await page.getByText('Connection').click();
    await keepPicture(page, `frontend-${name}-connection`);
    expect(await violations(page)).toEqual([]);
    await page.getByText('Connection').click();
    await page.getByLabel('Order').selectOption('Unsorted');
    await page.locator('[data-state="valid"]').first().waitFor();
    await page.locator('[aria-busy="false"]').waitFor();
    await keepPicture(page, `frontend-${name}`);
    expect(await violations(page)).toEqual([]);
    // Nothing sticks out to the side.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport?.width);

    await roma.control.addFaults({ fault: { kind: 'answer', status: 500, body: {} }, times: 'always' });
    await page.getByLabel('Order').selectOption('Name');
    await page.getByRole('alert').waitFor();
    await keepPicture(page, `frontend-${name}-problem`);
    expect(await violations(page)).toEqual([]);
  });
}

function open(options: BrowserContextOptions, search = '') {
  return openPage(browser, options).then(async (watched) => {
    await watched.page.goto(frontend.url + search);
    return watched;
  });
}

function rows(page: Page) {
  return page.getByRole('listitem');
}

const NAME_OF_FOCUS = `(() => {
  const { labels, textContent } = document.activeElement;
  return (labels?.[0] ?? { textContent }).textContent;
})()`;

/** What axe finds wrong, by rule, with the elements. */
async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, any }) => [html, any[0]?.message]) })))`);
}
