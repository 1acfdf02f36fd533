import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { test } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';

/** Whether tests in a browser are skipped. Where everything has to be tested, they fail instead. */
export const browserIsMissing = !existsSync(CHROMIUM) && process.env['CI'] !== 'true';

/** As `test`, for what needs a browser. */
export function browserTest(name: string, run: () => Promise<void>): void {
  test(name, { timeout: 60_000 }, async ({ skip }) => {
    if (browserIsMissing) skip(`skipped: no Chromium at ${CHROMIUM}`);
    await run();
  });
}

// Text is drawn by what fonts there are; nothing waits for others.
process.env['PW_TEST_SCREENSHOT_NO_FONTS_READY'] = '1';

/** Debian's Chromium, doing nothing of its own accord. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page, and what happened on it. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** What it said on its console as an error or a warning, and exceptions that nobody caught. */
  readonly complaints: readonly string[];
  /** The addresses outside of this machine that it asked for. They were not reached. */
  readonly outside: string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  const outside: string[] = [];
  await context.route(
    ({ protocol, hostname }) => /^https?:$/.test(protocol) && hostname !== '127.0.0.1',
    async (route) => {
      outside.push(route.request().url());
      await route.abort('internetdisconnected');
    },
  );
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints, outside, [Symbol.asyncDispose]: () => context.close() };
}

/** Keeps a picture for people where `SCREENSHOTS` names a folder. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
