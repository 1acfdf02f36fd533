import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { keepPicture } from '../support/browser.ts';
import { startCommand } from '../support/command.ts';
import { FRONTEND, runInFrontend } from '../support/frontend.ts';
import { createRig, desktop, forbidden, frontendTest, nonsense, phone, rows, settled, violations } from './frontendRig.ts';

const rig = createRig();

frontendTest('the types of the page are right, and generated from the schema of today', async () => {
  await runInFrontend('node_modules/typescript/bin/tsc');
  await runInFrontend('node_modules/@graphql-codegen/cli/cjs/bin.js', '--check', '--silent');
});

frontendTest('npm run dev serves the page, and GraphQL behind it', async () => {
  const options = { cwd: FRONTEND, env: { CERTIFICATES_URL: new URL(rig.app.url).origin } };
  await using server = await startCommand('npm run dev', /(http:\/\/localhost:\d+\/)/, options);
  expect(await (await fetch(server.said)).text()).toContain('<div id="root">');
  const body = JSON.stringify({ query: '{ __typename }' });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(new URL('/graphql', server.said), { method: 'POST', headers, body });
  expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
});

frontendTest('the page shows what expires next in all instances, and complains about nothing', async () => {
  await using watched = await rig.openWithoutToken();
  const { page, complaints, outside } = watched;
  await rows(page).nth(19).waitFor();
  await settled(page);
  const { data } = await rig.app.ask('{ certificates(filter: { expired: false }) { totalCount nodes { name instanceId } } }');
  expect(await page.getByRole('status').textContent()).toBe(`20 of ${data.certificates.totalCount} certificates`);
  const names = await rows(page).getByRole('heading').allTextContents();
  expect(names).toEqual(data.certificates.nodes.map(({ name }: { name: string }) => name));
  expect(new Set(data.certificates.nodes.map(({ instanceId }: { instanceId: string }) => instanceId)).size).toBeGreaterThan(2);
  for (const text of await rows(page).locator('.expiry').allTextContents()) expect(text).toMatch(/^Expires (in|within) /);
  await keepPicture(page, 'frontend');
  expect(outside).toEqual([]);
  expect(complaints).toEqual([]);
});

frontendTest('severities differ by words and shapes, not by colours alone', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  const seen = new Map<string, string>();
  for (const query of ['?expiry=expired', '?expiry=week', '?expiry=month&order=farthest', '?order=farthest']) {
    await page.goto(rig.url + query);
    const row = rows(page).first();
    const shape = await row.locator('path').getAttribute('d');
    seen.set(String(shape), `${await row.getAttribute('data-severity')}: ${await row.locator('strong').textContent()}`);
  }
  expect([...seen.values()]).toEqual([
    expect.stringMatching(/^expired: Expired /),
    expect.stringMatching(/^urgent: Expires (within a day|in \d days?)$/),
    expect.stringMatching(/^soon: Expires in [12]\d days$/),
    expect.stringMatching(/^valid: Expires in [\d,]+ days$/),
  ]);
});

frontendTest('nothing moves when the certificates arrive', async () => {
  await using watched = await rig.open('?search=nobody-waits-for-this');
  const { page } = watched;
  const held = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.goto(rig.url);
  await page.getByText('Loading certificates…').waitFor();
  const before = await places(page);
  held.resolve();
  await rows(page).first().waitFor();
  await settled(page);
  expect(await places(page)).toEqual(before);
});

frontendTest('the keyboard reaches everything, in the order of sight', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  await rows(page).first().waitFor();
  await page.getByRole('link', { name: /^\d+ expired in roma-orders$/ }).waitFor();
  const reached: string[] = [];
  for (let stop = 0; stop < 50 && reached.at(-1) !== 'Order'; stop += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(NAME_OF_FOCUS));
  }
  expect(reached.slice(0, 16)).toEqual([
    'Skip to the certificates',
    'Refresh',
    'Refresh every 30 s',
    'Token',
    ...['Expired', 'Within 7 days', 'Within 30 days', 'Within 90 days', 'Not expired', 'All'].map((label) =>
      expect.stringMatching(new RegExp(`^\\d+ ${label}$`)),
    ),
    'By instance',
    'All instances',
    expect.stringMatching(/^\d+ expired in All instances$/),
    expect.stringMatching(/^\d+ within 7 days in All instances$/),
    expect.stringMatching(/^\d+ within 30 days in All instances$/),
    expect.stringMatching(/^\d+ within 90 days in All instances$/),
  ]);
  expect(reached.slice(-4)).toEqual(['Search', 'Instance', 'Scope', 'Order']);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(NAME_OF_FOCUS)).toBe(await rows(page).first().getByRole('link').textContent());
});

const looks = [
  { name: 'light', options: { ...desktop, colorScheme: 'light' } },
  { name: 'dark', options: { ...desktop, colorScheme: 'dark' } },
  { name: 'phone', options: { ...phone, colorScheme: 'light' } },
  { name: 'phone-dark', options: { ...phone, colorScheme: 'dark' } },
] as const;

for (const { name, options } of looks) {
  frontendTest(`the page is accessible: ${name}`, async () => {
    await using watched = await rig.open('?order=farthest', options);
    const { page } = watched;
    const check = async (what: string): Promise<void> => {
      await keepPicture(page, `frontend-${name}-${what}`);
      expect({ what, wrong: await violations(page) }).toEqual({ what, wrong: [] });
      // Nothing sticks out to the side.
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport?.width);
    };
    await rows(page).nth(19).waitFor();
    await settled(page);
    await check('list');
    await page.getByText('Token', { exact: true }).click();
    if (name.startsWith('phone')) await page.locator('summary', { hasText: 'By instance' }).click();
    await check('open');

    await rows(page).first().getByRole('link').click();
    await page.locator('dialog[aria-busy="false"]').waitFor();
    await check('details');
    await page.getByRole('button', { name: 'Close' }).click();

    await page.getByLabel('Search').fill('nowhere.invalid');
    await page.getByText('No certificate meets these conditions.').waitFor();
    await check('empty');

    await rig.roma.control.addFaults({
      fault: forbidden,
      match: { instanceId: rig.roma.instanceIds[1] ?? '' },
      times: 'always',
    });
    await page.goto(rig.url);
    await page.getByText('One instance is missing').waitFor();
    await settled(page);
    await check('unread');

    await rig.roma.control.addFaults({ fault: nonsense, times: 'always' });
    await page.goto(rig.url);
    await page.getByRole('alert').waitFor();
    await check('problem');
  });
}

/** Where the parts of the page are, in whole pixels. */
function places(page: Page): Promise<unknown> {
  return page.evaluate(`['.tiles', '.tiles a', '.instances', '.conditions', '[role=status]', '.certificates', '.certificates > li + li']
    .map((part) => {
      const { x, y, width } = document.querySelector(part).getBoundingClientRect();
      return { part, x: Math.round(x), y: Math.round(y), width: Math.round(width) };
    })`);
}

const NAME_OF_FOCUS = `(() => {
  const { ariaLabel, labels, textContent } = document.activeElement;
  return ariaLabel ?? (labels?.[0] ?? { textContent }).textContent;
})()`;
