import { expect } from 'vitest';
import { createRig, frontendTest, picker, rows, settled, tile, total, watchOperations } from './frontendRig.ts';

const rig = createRig();

/** How many certificates there are, by the service's own answer. */
async function count(filter: string, instanceId?: string): Promise<number> {
  const instance = instanceId === undefined ? '' : `instanceId: "${instanceId}", `;
  const { data } = await rig.app.ask(`{ certificates(${instance}filter: ${filter}, first: 0) { totalCount } }`);
  return data.certificates.totalCount;
}

const EXPIRIES = [
  { label: 'Expired', words: 'expired', expiry: 'expired', filter: '{ expired: true }' },
  { label: 'Within 7 days', words: 'within 7 days', expiry: 'week', filter: '{ expiresWithinDays: 7 }' },
  { label: 'Within 30 days', words: 'within 30 days', expiry: 'month', filter: '{ expiresWithinDays: 30 }' },
  { label: 'Within 90 days', words: 'within 90 days', expiry: 'quarter', filter: '{ expiresWithinDays: 90 }' },
];

frontendTest('counts lead to the certificates that they count: overall', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  for (const { label, expiry, filter } of EXPIRIES) {
    const expected = await count(filter);
    await tile(page, label, expected).click();
    await page.waitForURL(`**/?expiry=${expiry}`);
    await page.getByText(new RegExp(`^\\d+ of ${expected} certificates$`)).waitFor();
    expect(await tile(page, label).getAttribute('aria-current')).toBe('true');
  }
  // What is left out by default is there, too.
  await tile(page, 'All', await count('{}')).click();
  expect(await total(page)).toBe(await count('{}'));
});

frontendTest('counts lead to the certificates that they count: in an instance', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  const { data } = await rig.app.ask('{ instances { id name } }');
  const [, { id, name }] = data.instances;
  for (const { words, label, filter, expiry } of EXPIRIES) {
    const expected = await count(filter, id);
    await page.getByRole('link', { name: `${expected} ${words} in ${name}`, exact: true }).click();
    expect(new URL(page.url()).search).toBe(`?instance=${id}&expiry=${expiry}`);
    await page.getByText(new RegExp(`^\\d+ of ${expected} certificates$`)).waitFor();
    // The tiles are about the same instance.
    await tile(page, label, expected).waitFor();
  }
});

frontendTest('of what has expired, the latest comes first', async () => {
  await using watched = await rig.open('?expiry=expired');
  await rows(watched.page).first().waitFor();
  const days = (await rows(watched.page).locator('strong').allTextContents()).map((text) => Number(/\d+/.exec(text)?.[0] ?? 0));
  expect(days).toEqual(days.toSorted((one, other) => one - other));
  expect(days.at(-1)).toBeGreaterThan(0);
});

frontendTest('an instance is picked by its name', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  const { data } = await rig.app.ask('{ instances { id name } }');
  const [, , { id, name }] = data.instances;
  await picker(page, 'Instance').selectOption(name);
  expect(await total(page)).toBe(await count('{ expired: false }', id));
  expect(new URL(page.url()).search).toBe(`?instance=${id}`);
  expect(await page.title()).toBe(`${name} · Certificates`);
  const owners = await rows(page).locator('.owner span:first-child').allTextContents();
  expect(new Set(owners.filter((owner) => owner !== 'Global'))).toEqual(new Set([name]));
  await picker(page, 'Instance').selectOption('All instances');
  expect(await total(page)).toBe(await count('{ expired: false }'));
});

frontendTest('an instance that does not run says so', async () => {
  const instanceId = rig.roma.instanceIds[3] ?? '';
  await rig.roma.control.change({ kind: 'instance', instanceId, values: { status: 'FREEZED' } });
  await using watched = await rig.open();
  await watched.page.getByRole('rowheader').getByText('freezed').waitFor();
  await rig.roma.control.change({ kind: 'instance', instanceId, values: { status: 'RUNNING' } });
});

frontendTest('typing searches, once for what was typed together', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  await settled(page);
  const sent = watchOperations(page);
  await page.getByLabel('Search').pressSequentially('AURORA');
  const expected = await count('{ expired: false, search: "AURORA" }');
  await page.getByText(new RegExp(`^\\d+ of ${expected} certificates$`)).waitFor();
  for (const text of await rows(page).allTextContents()) expect(text.toLowerCase()).toContain('aurora');
  await tile(page, 'Expired', await count('{ expired: true, search: "AURORA" }')).waitFor();
  const searches = sent.filter(({ name }) => name === 'Certificates');
  expect(searches.map(({ variables }) => variables['filter'])).toEqual([{ expired: false, search: 'AURORA' }]);
});

frontendTest('of two searches the newer one is shown, whichever is answered first', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  await settled(page);
  const older = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    if (route.request().postDataJSON().variables.filter?.search === 'aurora') await older.promise;
    await route.continue();
  });
  const late = page.waitForRequest((request) => request.postDataJSON()?.variables.filter?.search === 'aurora');
  await page.getByLabel('Search').fill('aurora');
  const lateAnswer = (await late).response();
  await page.getByLabel('Search').fill('harbour');
  const expected = await count('{ expired: false, search: "harbour" }');
  await page.getByText(new RegExp(`of ${expected} certificates$`)).waitFor();
  older.resolve();
  await (await lateAnswer)?.finished();
  await page.evaluate('new Promise(requestAnimationFrame)');
  expect(await total(page)).toBe(expected);
  for (const text of await rows(page).allTextContents()) expect(text).toContain('harbour');
  // "Back" leaves the search, instead of going through what was typed.
  await page.goBack();
  expect(await page.getByLabel('Search').inputValue()).toBe('');
  expect(await total(page)).toBe(await count('{ expired: false }'));
});

frontendTest('a search is never longer than the service takes', async () => {
  await using watched = await rig.open(`?search=${'x'.repeat(300)}`);
  const { page } = watched;
  await page.getByText('No certificate meets these conditions.').waitFor();
  expect(await page.getByLabel('Search').inputValue()).toBe('x'.repeat(200));
  await page.getByLabel('Search').fill('   ');
  expect(await total(page)).toBe(0);
  await page.getByText(/^20 of \d+ certificates$/).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

frontendTest('scope and order are what was chosen', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  await picker(page, 'Scope').selectOption('Global');
  await page.getByText(new RegExp(`of ${await count('{ expired: false, scope: GLOBAL }')} certificates$`)).waitFor();
  const owners = await rows(page).locator('.owner span:first-child').allTextContents();
  expect(new Set(owners)).toEqual(new Set(['Global']));
  await picker(page, 'Order').selectOption('Name');
  await page.waitForURL('**order=name');
  await settled(page);
  const names = await rows(page).getByRole('heading').allTextContents();
  expect(names).toEqual(names.toSorted());
});

frontendTest('scrolling down brings page after page, each certificate once, to the end', async () => {
  await using watched = await rig.open('?expiry=month');
  const { page, complaints } = watched;
  const all = await total(page);
  expect(all).toBeGreaterThan(40);
  for (let shown = 20; shown < all; shown += 20) {
    await page.getByText(`${shown} of ${all} certificates`).waitFor();
    await rows(page)
      .nth(Math.min(shown, all) - 1)
      .scrollIntoViewIfNeeded();
  }
  await page.getByText(`${all} of ${all} certificates`).waitFor();
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  const links = await rows(page)
    .getByRole('link')
    .evaluateAll((elements) => elements.map((element) => (element as unknown as { href: string }).href));
  expect(new Set(links).size).toBe(all);
  const texts = await rows(page).locator('strong').allTextContents();
  const days = texts.map((text) => Number(/in (\d+)/.exec(text)?.[1] ?? 0));
  expect(days).toEqual(days.toSorted((one, other) => one - other));
  expect(complaints).toEqual([]);
});

frontendTest('who does not scroll has a button', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  await page.getByRole('button', { name: 'Show more' }).press('Enter');
  await page.getByText(/^[46]0 of /).waitFor();
});

frontendTest('the address is what is shown: back, forward, and in another tab', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  await tile(page, 'Within 30 days').click();
  await page.getByLabel('Search').fill('example');
  await page.waitForURL('**search=example');
  const { data } = await rig.app.ask('{ instances { id name } }');
  await picker(page, 'Instance').selectOption(data.instances[0].name);
  const expected = await count('{ expiresWithinDays: 30, search: "example" }', data.instances[0].id);
  await page.getByText(new RegExp(`of ${expected} certificates$`)).waitFor();
  await rows(page).first().getByRole('link').click();
  const name = await page.getByRole('dialog').getByRole('heading', { level: 2 }).textContent();

  await using other = await rig.open(new URL(page.url()).search);
  await other.page
    .getByRole('dialog')
    .getByRole('heading', { name: String(name) })
    .waitFor();
  await other.page.keyboard.press('Escape');
  expect(await total(other.page)).toBe(expected);
  expect(await other.page.getByLabel('Search').inputValue()).toBe('example');
  expect(await tile(other.page, 'Within 30 days').getAttribute('aria-current')).toBe('true');

  await page.goBack();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.goBack();
  await page.getByText(new RegExp(`of ${await count('{ expiresWithinDays: 30, search: "example" }')} certificates$`)).waitFor();
  await page.goBack();
  expect(await page.getByLabel('Search').inputValue()).toBe('');
  await page.goBack();
  expect(await total(page)).toBe(await count('{ expired: false }'));
  await page.goForward();
  await page.getByText(new RegExp(`of ${await count('{ expiresWithinDays: 30 }')} certificates$`)).waitFor();
});

frontendTest('what is in an address and means nothing is as if it were not there', async () => {
  await using watched = await rig.open('?expiry=never&order=best&scope=half');
  expect(await total(watched.page)).toBe(await count('{ expired: false }'));
});

frontendTest('where nothing is found, all filters can be cleared', async () => {
  await using watched = await rig.open('?expiry=week&scope=GLOBAL&search=nowhere.invalid');
  const { page } = watched;
  await page.getByText('No certificate meets these conditions.').waitFor();
  expect(await page.getByRole('status').textContent()).toBe('No certificates');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByText(new RegExp(`of ${await count('{ expired: false }')} certificates$`)).waitFor();
  expect(new URL(page.url()).search).toBe('');
  expect(await page.getByLabel('Search').inputValue()).toBe('');
  expect(await picker(page, 'Scope').inputValue()).toBe('');
});
