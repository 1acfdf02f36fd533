import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { systemError } from '../../src/emulator/faults/commonFaults.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { startEmulatorProcess } from '../support/emulator.ts';
import { ask, idsOn, list, readPage } from './ask.ts';

const command = fileURLToPath(new URL('../../src/emulator/main.ts', import.meta.url));

describe('the emulator as a process of its own', () => {
  test('answers as one in this process does', async () => {
    const now = () => Date.now();
    await using here = await startEmulator({ seed: '7', instances: 2, certificates: 30, now });
    await using there = await startEmulatorProcess({ seed: '7', instances: 2, certificates: 30 });
    expect(there.instanceIds).toEqual(here.instanceIds);
    expect(there.pid).toBeGreaterThan(0);
    const instance_id = here.instanceIds[1] ?? '';
    expect(idsOn(await list(there, { instance_id }))).toEqual(idsOn(await list(here, { instance_id })));
  });

  test('is controlled over HTTP by the same interface', async () => {
    await using roma = await startEmulatorProcess({ switches: { maxLimit: 2 } });
    const { control } = roma;
    await control.replaceCertificates('mine', [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    await control.replaceCertificates('common', []);
    expect(await control.certificates('mine')).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    expect(readPage(await list(roma, { instance_id: 'mine' }))).toMatchObject({ total: 3, size: 2 });
    expect(await control.setSwitches({ maxLimit: 500 })).toMatchObject({ maxLimit: 500, order: 'createTimeDescending' });

    await control.addFaults({ fault: systemError, nth: 2 }, { fault: systemError, times: 'always', match: { path: 'iam' } });
    await control.clearFaults();
    await control.addFaults({ fault: systemError });
    expect((await list(roma, { instance_id: 'mine' })).status).toBe(500);

    await control.change({ kind: 'remove', owner: 'mine', ids: ['b'] });
    await control.scriptChanges({ when: 'after', nth: 1, changes: [{ kind: 'insert', owner: 'mine', rows: [{ id: 'n' }] }] });
    expect(idsOn(await list(roma, { instance_id: 'mine' }))).toEqual(['a', 'c']);
    expect(idsOn(await list(roma, { instance_id: 'mine' }))).toEqual(['n', 'a', 'c']);
    await control.scriptChanges({ when: 'before', nth: 1, changes: [] });
    await control.clearScript();

    const token = await control.issueToken({ restricted: true, length: 100 });
    expect(token).toHaveLength(100);
    expect((await list(roma, { instance_id: 'mine' }, token)).status).toBe(403);
    expect(await control.calls()).toMatchObject({ byInstance: { mine: 5 }, byStatus: { 200: 3, 403: 1, 500: 1 } });
    await control.clearCalls();
    expect(await control.calls()).toMatchObject({ total: 0 });
    expect(await control.state()).toMatchObject({
      origin: roma.origin,
      openSockets: 0,
      inFlight: 0,
      pendingFaults: [],
      pendingChanges: [],
    });

    await control.reset();
    expect((await list(roma, { instance_id: 'mine' })).status).toBe(404);
  });

  test('tells what is wrong with a control request', async () => {
    await using roma = await startEmulatorProcess();
    await expect(roma.control.setSwitches({ latencyMs: -1 })).rejects.toThrow('"latencyMs" cannot be -1');
    const wrong = (method: string, path: string, body?: string) =>
      ask(roma.origin, `/_emulator/${path}`, { method, ...(body === undefined ? {} : { body }) });
    expect((await wrong('PUT', 'switches', 'no json')).status).toBe(400);
    expect((await wrong('PUT', 'switches', '[]')).status).toBe(400);
    expect((await wrong('POST', 'faults', '{}')).status).toBe(400);
    expect((await wrong('PUT', 'instances/one/certificates', '{}')).status).toBe(400);
    expect((await wrong('GET', 'nothing')).status).toBe(404);
    expect((await wrong('GET', 'switches')).status).toBe(200);
    expect((await wrong('GET', 'faults')).text).toBe('[]');
    expect((await wrong('GET', 'mutations')).text).toBe('[]');
  });

  test('ends with code 0 on SIGTERM, while a call hangs too', async () => {
    const roma = await startEmulatorProcess();
    await roma.control.setSwitches({ latencyMs: 60_000 });
    const hanging = list(roma, { instance_id: roma.instanceIds[0] ?? '' });
    await Promise.all([
      expect(hanging).rejects.toThrow(),
      expect
        .poll(async () => (await roma.control.state()).inFlight)
        .toBe(1)
        .then(roma.stop),
    ]);
    await expect(ask(roma.origin, '/')).rejects.toThrow();
  });

  test('refuses a setting that is no amount, and an address that is taken, on one line', async () => {
    const run = (env: Record<string, string>) =>
      promisify(execFile)(process.execPath, [command], { env: { ...process.env, ...env } });
    await expect(run({ EMULATOR_CERTIFICATES: '100001' })).rejects.toMatchObject({
      code: 1,
      stderr: 'EMULATOR_CERTIFICATES must be a number from 0 to 100000.\n',
    });
    await using roma = await startEmulator();
    await expect(run({ EMULATOR_PORT: new URL(roma.origin).port })).rejects.toMatchObject({ code: 1, stderr: /EADDRINUSE/ });
  });
});
