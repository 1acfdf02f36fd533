import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { createRig, forbidden, frontendTest, nonsense, picker, rows, settled, tile, total } from './frontendRig.ts';

const rig = createRig();

const alerts = (page: Page) => page.getByRole('alert');
const refuse = (fault: typeof forbidden, instanceId?: string) =>
  rig.roma.control.addFaults({ fault, times: 'always', ...(instanceId !== undefined && { match: { instanceId } }) });

/** What the service says of an operation that fails. */
async function messageOf(operation: string): Promise<string> {
  const { errors } = await rig.app.ask(operation);
  return String(errors?.[0]?.message);
}

frontendTest('instances that are missing are named, in the words of the service, and can be tried again', async () => {
  const [, first = '', second = ''] = rig.roma.instanceIds;
  const { data: whole } = await rig.app.ask(
    '{ instances { id name } certificates(filter: { expired: false }) { totalCount } }',
  );
  const nameOf = (id: string): string => whole.instances.find((instance: { id: string }) => instance.id === id).name;
  await refuse(forbidden, first);
  await refuse(nonsense, second);
  const { data } = await rig.app.ask(
    '{ certificates(partial: true, filter: { expired: false }) { totalCount unread { instance { id } message code } } }',
  );
  await using watched = await rig.open();
  const { page } = watched;
  await alerts(page).getByText('2 instances are missing').waitFor();
  const items = await alerts(page).getByRole('listitem').allTextContents();
  expect(items).toHaveLength(2);
  for (const [at, { instance, message, code }] of data.certificates.unread.entries()) {
    expect(items[at]).toContain(`${nameOf(instance.id)}: ${message}`);
    expect(items[at]).toContain(code);
  }
  expect(items.find((item) => item.includes('FORBIDDEN'))).toContain('a new token does not help');
  expect(items.find((item) => !item.includes('FORBIDDEN'))).toContain('Try again in a moment.');
  // The rest is there; a count that nobody knows is no zero.
  expect(await total(page)).toBe(data.certificates.totalCount);
  // The counts come in an answer of their own.
  const row = page.getByRole('row').filter({ has: page.getByText(nameOf(first), { exact: true }) });
  await row.waitFor();
  expect(await row.getByRole('cell').allTextContents()).toEqual(['–', '–', '–', '–']);

  await rig.roma.control.clearFaults();
  await page.getByRole('button', { name: 'Try again' }).click();
  await alerts(page).waitFor({ state: 'detached' });
  expect(await total(page)).toBe(whole.certificates.totalCount);
});

frontendTest('where asking again cannot help, nothing offers it', async () => {
  await refuse(forbidden, rig.roma.instanceIds[1]);
  await using watched = await rig.open();
  await alerts(watched.page).getByText('One instance is missing').waitFor();
  expect(await alerts(watched.page).getByRole('button').count()).toBe(0);
});

frontendTest('where no instance can be read, each is named', async () => {
  await refuse(forbidden);
  await using watched = await rig.open();
  const { page } = watched;
  const message = await messageOf('{ certificates(partial: true) { totalCount } }');
  await alerts(page).getByText(message).waitFor();
  // The names come with the counts.
  await alerts(page).getByText('roma-orders', { exact: true }).waitFor();
  const causes = await alerts(page).getByRole('listitem').allTextContents();
  expect(causes).toHaveLength(rig.roma.instanceIds.length);
  for (const cause of causes) expect(cause).toMatch(/^roma-.*: No permissions to request this method FORBIDDEN$/);
  expect(await alerts(page).getByRole('button').count()).toBe(0);
});

frontendTest('an instance that there is not is told in the words of the service', async () => {
  const id = 'd0e1f2a3-0000-4000-8000-000000000000';
  await using watched = await rig.open(`?instance=${id}`);
  const { page } = watched;
  await alerts(page)
    .getByText(await messageOf(`{ certificates(instanceId: "${id}") { totalCount } }`))
    .waitFor();
  expect(await alerts(page).textContent()).toMatch(/Pick another instance\.NOT_FOUND · request ID \w+/);
  await picker(page, 'Instance').selectOption('All instances');
  await rows(page).first().waitFor();
  expect(await alerts(page).count()).toBe(0);
});

frontendTest('a token that ended is told as that, and a new one helps', async () => {
  await using watched = await rig.openWithoutToken('?order=name');
  const { page } = watched;
  await rows(page).first().waitFor();
  await page.getByText('Token', { exact: true }).click();
  await page.getByLabel('IAM token').fill(rig.roma.expiredToken);
  await page.getByRole('button', { name: 'Use this token' }).click();
  await alerts(page).getByText('UNAUTHENTICATED').waitFor();
  expect(await alerts(page).textContent()).toContain('Enter a new IAM token');
  // The same again would not help, and what another token may see is not shown to this one.
  expect(await alerts(page).getByRole('button').count()).toBe(0);
  expect(await rows(page).count()).toBe(0);
  expect(new Set(await page.locator('.count').allTextContents())).toEqual(new Set(['–']));
  await page.getByText('Token', { exact: true }).click();
  await page.getByLabel('IAM token').fill(rig.roma.token);
  await page.getByRole('button', { name: 'Use this token' }).click();
  await rows(page).first().waitFor();
  expect(await alerts(page).count()).toBe(0);
  expect(await picker(page, 'Order').inputValue()).toBe('name');
  expect(page.url()).not.toContain(rig.roma.token);
});

frontendTest('what may work later can be tried again: the first page, and the next one', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  await settled(page);
  await refuse(nonsense);
  const message = await messageOf(`{ certificates(instanceId: "${rig.roma.instanceIds[0]}") { totalCount } }`);
  await rows(page).nth(19).scrollIntoViewIfNeeded();
  await alerts(page).waitFor();
  // What is there stays.
  expect(await rows(page).count()).toBe(20);
  await rig.roma.control.clearFaults();
  await page.getByRole('button', { name: 'Try again' }).click();
  await rows(page).nth(39).waitFor();

  await refuse(nonsense);
  await picker(page, 'Instance').selectOption({ index: 1 });
  await alerts(page).getByText(message).waitFor();
  await rig.roma.control.clearFaults();
  await page.getByRole('button', { name: 'Try again' }).click();
  await rows(page).first().waitFor();
  expect(await alerts(page).count()).toBe(0);
});

frontendTest('a service that is overloaded says so itself, and one that is not there cannot', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  const message = 'There is more work than can be done in time.';
  const errors = [{ message, extensions: { code: 'SERVICE_UNAVAILABLE', retryable: true } }];
  await page.route('**/graphql', (route) => route.fulfill({ status: 503, json: { errors } }));
  await tile(page, 'Expired').click();
  await alerts(page).getByText(message).waitFor();
  await page.unrouteAll();
  await page.route('**/graphql', (route) => route.abort());
  await page.getByRole('button', { name: 'Try again' }).click();
  await alerts(page).getByText('The service cannot be reached').waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await rows(page).first().waitFor();
  expect(await alerts(page).count()).toBe(0);
});
