import { describe, expect, test } from 'vitest';
import { iamThrottled } from '../../src/emulator/faults/commonFaults.ts';
import type { Emulator } from '../../src/emulator/startEmulator.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { ask, list, listPath, readError } from './ask.ts';

const tokenWrong = { error_code: 'APIG.1002', error_msg: 'Incorrect token or token resolution failed' };
const anInstance = (roma: Emulator) => ({ instance_id: roma.instanceIds[0] ?? '' });

describe('a token', () => {
  test.each([
    ['the own one', (roma: Emulator) => roma.token, 200, null],
    ['the second one', (roma: Emulator) => roma.secondToken, 200, null],
    ['an unknown one', () => 'made up', 401, 'APIG.1002'],
    ['an expired one', (roma: Emulator) => roma.expiredToken, 401, 'APIG.1002'],
    ['one without permission', (roma: Emulator) => roma.restrictedToken, 403, 'APIG.1005'],
    ['one of another project', (roma: Emulator) => roma.control.issueToken({ projectId: '0'.repeat(32) }), 401, 'APIG.1003'],
    ['one without a project', (roma: Emulator) => roma.control.issueToken({ projectId: null }), 401, 'APIG.1003'],
    ['an issued one', (roma: Emulator) => roma.control.issueToken(), 200, null],
    ['one issued as expired', (roma: Emulator) => roma.control.issueToken({ lifetimeMs: -1 }), 401, 'APIG.1002'],
  ])('%s', async (_, tokenOf: (roma: Emulator) => string | Promise<string>, status, code) => {
    await using roma = await startEmulator();
    const reply = await list(roma, anInstance(roma), await tokenOf(roma));
    expect(reply.status).toBe(status);
    if (code !== null) expect(readError(reply).error_code).toBe(code);
  });

  test.each([401, 400] as const)(
    'missing is answered %i, as the switch says, before any parameter is judged',
    async (status) => {
      await using roma = await startEmulator({ switches: { statusOfMissingToken: status } });
      const reply = await ask(roma.origin, listPath(roma.projectId, { offset: 'x' }));
      expect(reply.status).toBe(status);
      expect(readError(reply)).toEqual({ error_code: 'APIG.1000', error_msg: 'The token is missing.' });
    },
  );

  test("is refused for a project that is not the token's", async () => {
    await using roma = await startEmulator();
    const reply = await ask(roma.origin, listPath('f'.repeat(32), anInstance(roma)), {
      headers: { 'x-auth-token': roma.token },
    });
    expect(reply.status).toBe(401);
    expect(readError(reply).error_code).toBe('APIG.1003');
  });

  test('ends when it is revoked', async () => {
    await using roma = await startEmulator();
    await roma.control.change({ kind: 'revokeToken', token: roma.token });
    const reply = await list(roma, anInstance(roma));
    expect(reply.status).toBe(401);
    expect(readError(reply)).toEqual(tokenWrong);
    await roma.control.reset();
    expect((await list(roma, anInstance(roma))).status).toBe(200);
  });
});

describe('IAM', () => {
  interface Login {
    readonly username?: string;
    readonly password?: string;
    readonly domainName?: string;
    readonly scope?: object;
  }
  const logIn = (roma: Emulator, { username, password, domainName, scope }: Login = {}) => {
    const user = {
      name: username ?? roma.iamUser.username,
      password: password ?? roma.iamUser.password,
      domain: { name: domainName ?? roma.iamUser.domainName },
    };
    const auth = {
      identity: { methods: ['password'], password: { user } },
      scope: scope ?? { project: { id: roma.projectId } },
    };
    return ask(roma.origin, '/v3/auth/tokens?nocatalog=true', { method: 'POST', body: JSON.stringify({ auth }) });
  };
  const tokenOf = (reply: { readonly headers: Record<string, unknown> }) => String(reply.headers['x-subject-token']);

  test('issues a long token in a header, with its end in the body, and the list accepts it', async () => {
    const now = Date.parse('2026-11-24T08:00:00Z');
    await using roma = await startEmulator({ now: () => now });
    const reply = await logIn(roma);
    expect(reply.status).toBe(201);
    expect(JSON.parse(reply.text)).toMatchObject({
      token: {
        issued_at: '2026-11-24T08:00:00.000000Z',
        expires_at: '2026-11-25T08:00:00.000000Z',
        methods: ['password'],
        project: { id: roma.projectId },
      },
    });
    expect(tokenOf(reply).length).toBeGreaterThan(2_000);
    expect((await list(roma, anInstance(roma), tokenOf(reply))).status).toBe(200);
  });

  test.each([
    [{ password: 'wrong' }],
    [{ username: 'nobody' }],
    [{ domainName: 'elsewhere' }],
    [{ scope: { project: { id: 'other' } } }],
  ])('refuses %j with 401', async (login: Login) => {
    await using roma = await startEmulator();
    const reply = await logIn(roma, login);
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.text)).toMatchObject({ error: { code: 401, title: 'Unauthorized' } });
    expect(reply.headers['x-subject-token']).toBeUndefined();
  });

  test.each(['', 'no json', '{}', '{"auth":{"identity":{"methods":["token"]}}}', 'null'])(
    'refuses the body %j with 400',
    async (body) => {
      await using roma = await startEmulator();
      const reply = await ask(roma.origin, '/v3/auth/tokens', { method: 'POST', body });
      expect(reply.status).toBe(400);
    },
  );

  test('a token without a scope lists nothing; the name of the project is scope enough', async () => {
    await using roma = await startEmulator();
    const unscoped = await logIn(roma, { scope: {} });
    expect(unscoped.status).toBe(201);
    expect(readError(await list(roma, anInstance(roma), tokenOf(unscoped))).error_code).toBe('APIG.1003');
    const named = await logIn(roma, { scope: { project: { name: roma.iamUser.projectName } } });
    expect((await list(roma, anInstance(roma), tokenOf(named))).status).toBe(200);
  });

  test('its tokens end at their time, or early when revoked, and a new one is good again', async () => {
    let now = Date.parse('2026-11-24T08:00:00Z');
    await using roma = await startEmulator({ now: () => now, switches: { tokenLifetimeMs: 60_000 } });
    const first = tokenOf(await logIn(roma));
    now += 60_000;
    expect((await list(roma, anInstance(roma), first)).status).toBe(401);
    const second = tokenOf(await logIn(roma));
    expect(second).not.toBe(first);
    expect((await list(roma, anInstance(roma), second)).status).toBe(200);
    await roma.control.change({ kind: 'revokeIamTokens' });
    expect((await list(roma, anInstance(roma), second)).status).toBe(401);
    expect((await list(roma, anInstance(roma), tokenOf(await logIn(roma)))).status).toBe(200);
  });

  test('can be scripted to refuse, without the list being hit', async () => {
    await using roma = await startEmulator();
    await roma.control.addFaults({ match: { path: 'iam' }, fault: iamThrottled });
    expect((await list(roma, anInstance(roma))).status).toBe(200);
    expect((await logIn(roma)).status).toBe(429);
    expect((await logIn(roma)).status).toBe(201);
    expect((await roma.control.calls()).iamCalls).toBe(2);
  });
});
