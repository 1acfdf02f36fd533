import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, test } from 'vitest';
import type { AnswerFault } from '../../src/emulator/faults/Fault.ts';
import { type App, startApp } from '../support/app.ts';
import { browserIsMissing, browserTest, openPage, startBrowser, type WatchedPage } from '../support/browser.ts';
import { type EmulatorProcess, startEmulatorProcess } from '../support/emulator.ts';
import { FRONTEND, frontendIsInstalled, startFrontend } from '../support/frontend.ts';

/** Where everything has to be tested, tests fail without it instead. */
const isSkipped = !frontendIsInstalled && process.env['CI'] !== 'true';

/** As `browserTest`, for what needs the frontend's own dependencies too. */
export function frontendTest(name: string, run: () => Promise<void>): void {
  if (isSkipped) test(name, ({ skip }) => skip(`skipped: run npm ci in ${FRONTEND} first`));
  else browserTest(name, run);
}

export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 860 } };
export const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** What the tests of a file share. */
export interface Rig {
  readonly roma: EmulatorProcess;
  readonly app: App;
  readonly url: string;
  /** Opens the page as a caller of its own: what fails in one test is not held against the next by the service's circuits. */
  open(query?: string, options?: BrowserContextOptions): Promise<WatchedPage>;
  /** The same for the token that the service falls back to, which is what people who only look around have. */
  openWithoutToken(query?: string): Promise<WatchedPage>;
}

/** Starts it before the tests of a file, and stops it after them. */
export function createRig(env: Readonly<Record<string, string>> = { CERTIFICATES_CACHE_TTL_MS: '0' }): Rig {
  const running = new AsyncDisposableStack();
  let browser: Browser;
  const rig = {
    open: async (query = '', options = desktop) =>
      openAt(query, { ...options, extraHTTPHeaders: { 'x-auth-token': await rig.roma.control.issueToken() } }),
    openWithoutToken: (query = '') => openAt(query, desktop),
  } as { -readonly [key in keyof Rig]: Rig[key] };

  async function openAt(query: string, options: BrowserContextOptions): Promise<WatchedPage> {
    const watched = await openPage(browser, options);
    await watched.page.goto(query === 'about:blank' ? query : rig.url + query);
    return watched;
  }

  beforeAll(async () => {
    if (isSkipped || browserIsMissing) return;
    rig.roma = running.use(await startEmulatorProcess());
    rig.app = running.use(await startApp({ roma: rig.roma, env }));
    rig.url = running.use(await startFrontend(rig.app.url)).url;
    browser = await startBrowser();
    running.defer(() => browser.close());
  }, 120_000);
  afterEach(() => rig.roma?.control.clearFaults());
  afterAll(() => running.disposeAsync());
  return rig;
}

export const forbidden: AnswerFault = {
  kind: 'answer',
  status: 403,
  body: { error_code: 'APIG.1005', error_msg: 'No permissions to request this method' },
};
/** May work later, but what was shown before is not shown in its place. */
export const nonsense: AnswerFault = { kind: 'answer', status: 200, body: { total: 'many' } };

export const rows = (page: Page) => page.locator('.certificates:not(.skeleton) > li');
/** The link with this count, or with any. */
export const tile = (page: Page, label: string, count: number | string = '[\\d–]+') =>
  page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${count} ${label}$`) });
export const picker = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });

export const refreshButton = (page: Page) => page.getByRole('button', { name: 'Refresh' });
export const asOf = (page: Page) => page.locator('.as-of time').getAttribute('datetime');

/** Waits until the list is there, and nothing is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator('section[aria-label="Certificates"][aria-busy="false"]').waitFor();
}

/** Does what makes the page refresh, and waits until it has shown what it was answered. */
export async function refreshed(page: Page, act: () => Promise<unknown>): Promise<void> {
  const answers = ['Certificates', 'Counts'].map((name) =>
    page.waitForResponse((response) => response.request().postDataJSON()?.operationName === name),
  );
  await act();
  for (const answer of await Promise.all(answers)) await answer.finished();
  await settled(page);
}

/** The number of certificates that the list says it has. */
export async function total(page: Page): Promise<number> {
  await settled(page);
  return Number(/of (\d+) certificates|^No/.exec((await page.getByRole('status').textContent()) ?? '')?.[1] ?? 0);
}

/** The names of the operations that the page sends from now on. */
export function watchOperations(page: Page): { readonly name: string; readonly variables: Record<string, unknown> }[] {
  const sent: { name: string; variables: Record<string, unknown> }[] = [];
  page.on('request', (request) => {
    if (!request.url().endsWith('/graphql')) return;
    const { operationName, variables } = request.postDataJSON();
    sent.push({ name: operationName, variables });
  });
  return sent;
}

/** What axe finds wrong, by rule, with the elements. */
export async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, any }) => [html, any[0]?.message]) })))`);
}
