import { expect } from 'vitest';
import type { Answer } from '../support/app.ts';
import { createRig, forbidden, frontendTest, rows, settled, watchOperations } from './frontendRig.ts';

const rig = createRig();

/** One that has all there is to show. */
async function aCertificate(): Promise<NonNullable<Answer['data']>> {
  const { data } = await rig.app.ask(`{
    certificates(first: 20, filter: { expired: false }) {
      nodes {
        id name signatureAlgorithm subjectAlternativeNames instance { name }
        details { issuer serialNumber notBefore } boundDomains { name status }
      }
    }
  }`);
  return data.certificates.nodes.find(
    // biome-ignore lint/suspicious/noExplicitAny: as the answer is
    ({ boundDomains, details, instance }: any) => boundDomains.length > 0 && details.issuer.length > 0 && instance !== null,
  );
}

const STATUS: Readonly<Record<string, string>> = {
  RESOLVED: 'Resolved',
  RESOLVING: 'Being resolved',
  UNRESOLVED: 'Not resolved',
  FAILED: 'Resolution failed',
};

frontendTest('a certificate has all that there is to know of it, asked for only then', async () => {
  await using watched = await rig.open();
  const { page, complaints } = watched;
  await settled(page);
  const sent = watchOperations(page);
  const { id, name, signatureAlgorithm, subjectAlternativeNames, instance, details, boundDomains } = await aCertificate();
  await page.locator(`a[href*="certificate=${id}"]`).click();
  const dialog = page.getByRole('dialog', { name });
  await page.locator('dialog[aria-busy="false"]').waitFor();
  const fact = (term: string) =>
    dialog
      .locator('dl > div')
      .filter({ has: page.getByText(term, { exact: true }) })
      .locator('dd');
  expect(await fact('Issuer').textContent()).toBe(details.issuer.join(', '));
  expect(await fact('Serial number').textContent()).toBe(details.serialNumber);
  expect(await fact('Signature').textContent()).toBe(signatureAlgorithm);
  expect(await fact('Instance').textContent()).toBe(instance.name);
  expect(await fact('Not before').textContent()).toContain(String(new Date(details.notBefore).getUTCFullYear()));
  expect(await fact('Expires').textContent()).toMatch(/^\d+ \w+ \d{4}, \d\d:\d\d UTC$/);
  expect(await dialog.locator('.hosts li').allTextContents()).toEqual(subjectAlternativeNames);
  const domains = await dialog.locator('.domains li').allTextContents();
  expect(domains).toHaveLength(boundDomains.length);
  for (const [at, domain] of boundDomains.entries()) {
    expect(domains[at]).toContain(domain.name);
    if (domain.status !== null) expect(domains[at]).toContain(STATUS[domain.status]);
  }
  expect(sent.map(({ name, variables }) => [name, variables])).toEqual([['Certificate', { id }]]);
  expect(complaints).toEqual([]);
});

frontendTest('the focus goes into the details, and back to where it was', async () => {
  await using watched = await rig.open();
  const { page } = watched;
  const link = rows(page).nth(2).getByRole('link');
  const isFocused = () => link.evaluate((element) => element === element.ownerDocument.activeElement);
  const isInside = () => page.evaluate('document.activeElement.closest("dialog") !== null');
  await link.press('Enter');
  await page.getByRole('dialog').waitFor();
  expect(await isInside()).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await isFocused()).toBe(true);
  expect(new URL(page.url()).search).toBe('');

  await link.press('Enter');
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await isFocused()).toBe(true);

  await link.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.mouse.click(100, 400);
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await page.goBack();
  await page.getByRole('dialog').waitFor();
  expect(await isInside()).toBe(true);
});

frontendTest('a certificate that there is not is told as that', async () => {
  await using watched = await rig.open('?certificate=there-is-none');
  await watched.page.getByRole('dialog').getByText('There is no certificate with this ID in any instance.').waitFor();
});

frontendTest('an ID that is none is told in the words of the service', async () => {
  await using watched = await rig.open('?certificate=a%20b');
  const { errors } = await rig.app.ask('{ certificate(id: "a b") { id } }');
  await watched.page.getByRole('dialog').getByRole('alert').getByText(String(errors?.[0]?.message)).waitFor();
});

frontendTest('details that may not be read leave the rest as it is', async () => {
  const { id, signatureAlgorithm, boundDomains } = await aCertificate();
  await rig.roma.control.addFaults({ fault: forbidden, match: { path: 'details' }, times: 'always' });
  await using watched = await rig.open(`?certificate=${id}`);
  const dialog = watched.page.getByRole('dialog');
  const { errors } = await rig.app.ask(`{ certificate(id: "${id}") { details { version } } }`);
  await dialog.getByRole('alert').getByText(String(errors?.[0]?.message)).waitFor();
  expect(await dialog.getByRole('alert').count()).toBe(1);
  expect(await dialog.textContent()).toContain(signatureAlgorithm);
  expect(await dialog.locator('.domains li').count()).toBe(boundDomains.length);
});

frontendTest('domains that may not be read are not said to be none', async () => {
  const { id, details } = await aCertificate();
  await rig.roma.control.addFaults({ fault: forbidden, match: { path: 'domains' }, times: 'always' });
  await using watched = await rig.open(`?certificate=${id}`);
  const dialog = watched.page.getByRole('dialog');
  await dialog.getByRole('alert').getByText('FORBIDDEN').waitFor();
  expect(await dialog.textContent()).not.toContain('Bound to no domain');
  expect(await dialog.textContent()).toContain(details.serialNumber);
});
