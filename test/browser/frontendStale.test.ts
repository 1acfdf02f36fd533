import { expect } from 'vitest';
import { systemError } from '../../src/emulator/faults/commonFaults.ts';
import { asOf, createRig, frontendTest, refreshButton, refreshed, settled, total } from './frontendRig.ts';

// What was read is reused for a second, and shown again for minutes while ROMA Connect fails.
const rig = createRig({ CERTIFICATES_CACHE_TTL_MS: '1000' });

async function staleAnswers(): Promise<number> {
  const metrics = await (await rig.app.fetch('/metrics')).text();
  return Number(/^certificates_stale_answers_total (\d+)$/m.exec(metrics)?.[1]);
}

frontendTest('what is old says how old it is, also after a refresh that ROMA Connect had no answer for', async () => {
  await using watched = await rig.open('about:blank');
  const { page } = watched;
  await page.clock.install();
  await page.goto(rig.url);
  const certificates = await total(page);
  expect(await page.getByText(/ old$/).count()).toBe(0);
  await refreshed(page, () => refreshButton(page).click());
  await rig.roma.control.addFaults({ fault: systemError, times: 'always' });
  const before = await asOf(page);
  await page.clock.fastForward('03:05');
  await page.getByText('3 min old').waitFor();
  // As soon as nothing is reused any more, the service shows what it has shown before.
  const refreshOnce = async (): Promise<number> => {
    await refreshed(page, () => refreshButton(page).click());
    return staleAnswers();
  };
  await expect.poll(refreshOnce, { timeout: 20_000, interval: 200 }).toBeGreaterThan(0);
  expect(Date.parse(String(await asOf(page)))).toBeLessThanOrEqual(Date.parse(String(before)) + 1000);
  await page.getByText('3 min old').waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  await settled(page);
  expect(await total(page)).toBe(certificates);
});
