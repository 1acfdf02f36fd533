import { expect } from 'vitest';
import {
  asOf,
  createRig,
  forbidden,
  frontendTest,
  refreshButton,
  refreshed,
  rows,
  settled,
  tile,
  total,
  watchOperations,
} from './frontendRig.ts';

const rig = createRig();

frontendTest('Refresh reads again, and who has scrolled stays where they are', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  await rows(page).nth(19).scrollIntoViewIfNeeded();
  await page.getByText(/^40 of /).waitFor();
  await settled(page);
  const before = { total: await total(page), asOf: await asOf(page), shown: await rows(page).count() };
  const scrolled = await page.evaluate('scrollY');
  const instanceId = rig.roma.instanceIds[0] ?? '';
  const row = { id: 'added', name: 'added', type: 'instance', instance_id: instanceId, not_after: inDays(3650) };
  await rig.roma.control.change({ kind: 'insert', owner: instanceId, rows: [row] });
  await refreshed(page, () => page.evaluate(`document.querySelector('.as-of button').click()`));
  await page.getByText(`${before.shown} of ${before.total + 1} certificates`).waitFor();
  await tile(page, 'Not expired', before.total + 1).waitFor();
  expect(Date.parse(String(await asOf(page)))).toBeGreaterThan(Date.parse(String(before.asOf)));
  expect(await page.evaluate('scrollY')).toBe(scrolled);
  await rig.roma.control.change({ kind: 'remove', owner: instanceId, ids: ['added'] });
});

frontendTest('a refresh that fails leaves what is there, and is told', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  await settled(page);
  const before = { total: await total(page), asOf: await asOf(page) };
  await rig.roma.control.addFaults({ fault: forbidden, times: 'always' });
  await refreshButton(page).click();
  await page.getByRole('alert').getByText('LIST_INCOMPLETE').waitFor();
  expect({ total: await total(page), asOf: await asOf(page) }).toEqual(before);
  // Of another list, that says nothing.
  await rig.roma.control.clearFaults();
  await tile(page, 'Expired').click();
  await page.waitForURL('**expired');
  await settled(page);
  expect(await page.getByRole('alert').count()).toBe(0);
});

frontendTest('the page refreshes by itself when asked to, but not while nobody can see it', async () => {
  await using watched = await rig.open('about:blank');
  const { page } = watched;
  await page.clock.install();
  await page.goto(rig.url);
  await settled(page);
  const sent = watchOperations(page);
  await page.clock.fastForward('02:00');
  expect(sent).toEqual([]);
  await page.getByRole('checkbox', { name: 'Refresh every 30 s' }).check();
  await refreshed(page, () => page.clock.fastForward(30_000));
  expect(sent.map(({ name }) => name).toSorted()).toEqual(['Certificates', 'Counts']);
  await refreshed(page, () => page.clock.fastForward(30_000));
  expect(sent).toHaveLength(4);

  await page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })`);
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await page.clock.fastForward('10:00');
  expect(sent).toHaveLength(4);
  // Looked at again, it is up to date at once.
  await page.evaluate(`delete document.visibilityState`);
  await refreshed(page, () => page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`));
  expect(sent).toHaveLength(6);

  await page.getByRole('checkbox', { name: 'Refresh every 30 s' }).uncheck();
  await page.clock.fastForward('02:00');
  expect(sent).toHaveLength(6);
});

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
