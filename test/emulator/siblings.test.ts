import { expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import type { CertBase, CertificateDetailResp, ListAttachedDomainsAnswer, ListInstancesAnswer } from '../../src/roma/wire.ts';
import { ask, list, type Reply, readError, readPage } from './ask.ts';
import { flawsIn } from './vendor/flawsIn.ts';

const PLAIN: EmulatorOptions = { instances: 3, certificates: 30, oddRows: false };

function get(roma: Emulator, path: string, token = roma.token): Promise<Reply> {
  return ask(roma.origin, path.replace('{project}', roma.projectId), { headers: { 'x-auth-token': token } });
}

const detailsPath = (id: string) => `/v2/{project}/apic/certificates/${id}`;
const domainsPath = (id: string) => `${detailsPath(id)}/attached-domains`;

/** The rows that the instance lists, global ones included. */
async function rowsOf(roma: Emulator, at = 0): Promise<readonly (CertBase & { readonly id: string })[]> {
  const reply = await list(roma, { instance_id: roma.instanceIds[at] ?? '', limit: 500 });
  return readPage(reply).certs as readonly (CertBase & { readonly id: string })[];
}

test('details of every row say what the list says, and nothing that the vendor does not define', async () => {
  await using roma = await startEmulator(PLAIN);
  for (const row of await rowsOf(roma)) {
    const { status, text } = await get(roma, detailsPath(row.id));
    const details = JSON.parse(text) as CertificateDetailResp;
    expect(status).toBe(200);
    expect(details).toMatchObject(row);
    const { organizational_unit: unit, ...others } = details;
    expect(flawsIn({ ...others, ...(unit && { organizational_unit: unit }) }, 'CertificateDetailResp')).toEqual([]);
    expect(details).toMatchObject({ version: 3, issuer: [expect.any(String)], serial_number: expect.stringMatching(/^\d+$/) });
    expect(Date.parse(details.not_before ?? '')).toBeLessThan(Date.parse(details.not_after ?? ''));
    expect(await get(roma, detailsPath(row.id)).then((again) => again.text)).toBe(text);
  }
});

test('lists, details and instances are as the vendor defines them', async () => {
  await using roma = await startEmulator(PLAIN);
  expect((await rowsOf(roma)).flatMap((row) => flawsIn(row, 'CertBase'))).toEqual([]);
  const reply = await get(roma, '/v2/{project}/instances?limit=2&offset=1');
  const body = JSON.parse(reply.text) as ListInstancesAnswer;
  expect(flawsIn(body, 'RomaInstanceCheckListResp')).toEqual([]);
  expect(body).toMatchObject({ total: 3, size: 2 });
  expect(body.instances?.map(({ id }) => id)).toEqual(roma.instanceIds.slice(1));
  expect(flawsIn({ total: '3', instances: [{ status: 'BUSY', nick: 'x' }] }, 'RomaInstanceCheckListResp')).toHaveLength(3);
});

test('bound domains have pages, and belong to instances that there are', async () => {
  await using roma = await startEmulator(PLAIN);
  const [row] = await rowsOf(roma);
  const id = row?.id ?? '';
  const all = JSON.parse((await get(roma, domainsPath(id))).text) as ListAttachedDomainsAnswer;
  expect(all.bound_domains).toHaveLength(row?.san?.length ?? -1);
  for (const domain of all.bound_domains ?? []) {
    expect(domain).toMatchObject({ ssl_id: id, ssl_name: row?.name });
    expect(roma.instanceIds).toContain(domain.instance_id);
  }
  const domains = Array.from({ length: 7 }, (_, at) => ({ id: `d${at}`, url_domain: `d${at}.example` }));
  await roma.control.change({ kind: 'domains', certificateId: id, domains });
  const page = JSON.parse((await get(roma, `${domainsPath(id)}?offset=4&limit=2`)).text) as ListAttachedDomainsAnswer;
  expect(page).toEqual({ total: 7, size: 2, bound_domains: domains.slice(4, 6) });
  const named = JSON.parse((await get(roma, `${domainsPath(id)}?url_domain=d3.e`)).text) as ListAttachedDomainsAnswer;
  expect(named.bound_domains).toEqual([domains[3]]);
});

test('a certificate that comes, changes or goes does so everywhere', async () => {
  await using roma = await startEmulator(PLAIN);
  const [owner = ''] = roma.instanceIds;
  const [row] = await rowsOf(roma);
  const id = row?.id ?? '';
  await roma.control.change({ kind: 'update', owner: row?.instance_id ?? '', id, values: { name: 'renamed' } });
  expect(JSON.parse((await get(roma, detailsPath(id))).text)).toMatchObject({ id, name: 'renamed' });
  await roma.control.change({ kind: 'remove', owner: row?.instance_id ?? '', ids: [id] });
  for (const path of [detailsPath(id), domainsPath(id)]) {
    const reply = await get(roma, path);
    expect([reply.status, readError(reply).error_code]).toEqual([404, 'APIG.3021']);
  }
  await roma.control.change({ kind: 'insert', owner, rows: [row] });
  expect(await get(roma, detailsPath(id))).toMatchObject({ status: 200 });
});

test.each([
  ['details', detailsPath('{id}')],
  ['domains', domainsPath('{id}')],
  ['instances', '/v2/{project}/instances'],
  ['instancesV3', '/v3/{project}/roma/instances'],
] as const)('%s can be missing, forbidden to all or to one, and faulty, apart from the list', async (endpoint, template) => {
  await using roma = await startEmulator(PLAIN);
  const { control } = roma;
  const [row] = await rowsOf(roma);
  const path = template.replace('{id}', row?.id ?? '');
  const outcome = async (token?: string): Promise<unknown> => {
    const reply = await get(roma, path, token);
    return [reply.status, reply.status === 200 ? null : readError(reply).error_code];
  };
  expect(await outcome()).toEqual([200, null]);
  expect(await outcome('nobody')).toEqual([401, 'APIG.1002']);
  const forbidden = await control.issueToken({ forbidden: [endpoint] });
  expect(await outcome(forbidden)).toEqual([403, 'APIG.1005']);
  expect(await list(roma, { instance_id: roma.instanceIds[0] ?? '' }, forbidden)).toMatchObject({ status: 200 });
  await control.setSwitches({ forbiddenEndpoints: [endpoint] });
  expect(await outcome()).toEqual([403, 'APIG.1005']);
  await control.setSwitches({ forbiddenEndpoints: [], missingEndpoints: [endpoint] });
  expect(await outcome()).toEqual([404, 'APIGW.0101']);
  await control.setSwitches({ missingEndpoints: [] });
  await control.addFaults({ fault: { kind: 'answer', status: 503 }, match: { path: endpoint } });
  expect(await rowsOf(roma)).not.toHaveLength(0);
  expect((await get(roma, path)).status).toBe(503);
  expect(await outcome()).toEqual([200, null]);
  expect((await control.calls()).byEndpoint).toMatchObject({ list: 3, [endpoint]: 7 });
});

test('a fault befalls the certificate that it is meant for', async () => {
  await using roma = await startEmulator(PLAIN);
  const [first, second] = await rowsOf(roma);
  await roma.control.addFaults({
    fault: { kind: 'answer', status: 500 },
    match: { path: 'details', certificateId: second?.id ?? '' },
  });
  expect((await get(roma, detailsPath(first?.id ?? ''))).status).toBe(200);
  expect((await get(roma, detailsPath(second?.id ?? ''))).status).toBe(500);
});

test('details can lack what the documented example lacks', async () => {
  await using roma = await startEmulator({ ...PLAIN, switches: { bareDetails: true } });
  const [row] = await rowsOf(roma);
  const details = JSON.parse((await get(roma, detailsPath(row?.id ?? ''))).text) as CertificateDetailResp;
  expect(Object.keys(details)).not.toEqual(expect.arrayContaining(['instance_id']));
  expect(details).toMatchObject({ id: row?.id, name: row?.name });
});
