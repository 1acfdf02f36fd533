import { describe, expect, test } from 'vitest';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import type { HttpAnswer } from '../../src/net/Exchange.ts';
import { certificateList } from '../../src/roma/endpoints/certificateList.ts';
import { readAnswer } from '../../src/roma/response.ts';
import { anAnswer, aQuery, EXAMPLE_ROW, INSTANCE } from './anOperation.ts';

function read(answer: HttpAnswer, query = aQuery(), secrets: string[] = []) {
  const unknown: string[] = [];
  return {
    ...readAnswer(certificateList, answer, {
      query,
      askedAtMs: 1,
      secrets: () => secrets,
      unknownValue: (field) => unknown.push(field),
    }),
    unknown,
  };
}

function readError(answer: HttpAnswer, query = aQuery(), secrets: string[] = []): SubgraphError {
  try {
    read(answer, query, secrets);
  } catch (error) {
    if (error instanceof SubgraphError) return error;
    throw error;
  }
  throw new Error('a page was read');
}

const page = (rows: unknown, total: unknown, more: object = {}) => ({ total, size: 1, certs: rows, ...more });

describe('pages', () => {
  test('the documented example', () => {
    const { total, rows, readAtMs } = read(anAnswer(200, page([EXAMPLE_ROW], 1)));
    expect({ total, readAtMs }).toEqual({ total: 1, readAtMs: 1 });
    expect(rows).toMatchObject([{ id: EXAMPLE_ROW.id, instanceId: INSTANCE }]);
    expect(Object.isFrozen(rows)).toBe(true);
  });

  test.each<[string, object]>([
    ['an empty list', { total: 0, size: 0, certs: [] }],
    ['null for an empty list', { total: 0, size: 0, certs: null }],
    ['no list for an empty list', { total: 0, size: 0 }],
    ['minus zero', JSON.parse('{ "total": -0, "certs": [] }')],
    ['an error code that is empty', { total: 0, certs: [], error_code: '' }],
    ['fields that this service does not know', { total: 0, certs: [], code: '200', message: 'OK', more: { code: 'x' } }],
  ])('%s', (_what, body) => {
    expect(read(anAnswer(200, body))).toMatchObject({ total: 0, rows: [] });
  });

  test('behind the end of the list', () => {
    expect(read(anAnswer(200, { total: 3, size: 0, certs: null }), aQuery({ offset: 3 }))).toMatchObject({
      total: 3,
      rows: [],
    });
  });

  test('a limit that is ignored is kept here', () => {
    const rows = Array.from({ length: 50 }, (_, index) => ({ id: `c${index}` }));
    expect(read(anAnswer(200, page(rows, 50)), aQuery({ limit: 2 })).rows).toMatchObject([{ id: 'c0' }, { id: 'c1' }]);
  });

  test('a bad row keeps its place', () => {
    const { rows, unknown } = read(anAnswer(200, page([{ id: 'a' }, null, { id: 'b' }], 3)));
    expect(rows).toMatchObject([{ id: 'a' }, null, { id: 'b' }]);
    expect(unknown).toEqual(['id']);
  });

  test('the content type does not matter', () => {
    expect(read(anAnswer(200, page([EXAMPLE_ROW], 1), { 'content-type': 'text/html' })).total).toBe(1);
  });

  test('the largest total', () => {
    expect(read(anAnswer(200, page([EXAMPLE_ROW], 2 ** 31 - 1))).total).toBe(2147483647);
  });
});

describe('answers that are no page', () => {
  test.each<[string, number, unknown]>([
    ['not JSON', 200, '<html>'],
    ['nothing', 200, ''],
    ['cut off', 200, '{"total":1,"certs":[{"id":'],
    ['a JSON string', 200, '"x"'],
    ['null', 200, 'null'],
    ['a list', 200, '[]'],
    ['deeply nested', 200, '['.repeat(1_000_000)],
    ['millions of empty rows', 200, `{"total":5000000,"certs":[${'{},'.repeat(5_000_000)}{}]}`],
    ['no total', 200, { size: 0, certs: [] }],
    ['neither', 200, {}],
    ['a total that is text', 200, page([], '0')],
    ['a total that is null', 200, page([], null)],
    ['a negative total', 200, page([], -1)],
    ['a fractional total', 200, page([], 0.5)],
    ['a total that no Int holds', 200, page([EXAMPLE_ROW], 2 ** 31)],
    ['an infinite total', 200, '{"total":1e999,"certs":[]}'],
    ['certs that are an object', 200, page({}, 0)],
    ['certs that are text', 200, page('', 0)],
    ['no rows where there must be some', 200, { total: 5, size: 0, certs: [] }],
    ['null where there must be rows', 200, { total: 5, size: 0, certs: null }],
    ['an error that nobody knows', 200, { error_code: 'APIG.7777', error_msg: 'x' }],
    ['an unknown error beside an empty list', 200, page([], 0, { error_code: 'APIG.7777' })],
    ['an ambiguous gateway error', 200, { error_code: 'APIGW.0201', error_msg: 'x' }],
    ['a redirect', 302, ''],
    ['not modified', 304, ''],
    ['no content', 204, ''],
    ['another 2xx', 206, page([EXAMPLE_ROW], 1)],
    ['a status beyond all', 600, ''],
  ])('%s', (_what, status, body) => {
    const error = readError(anAnswer(status, body));
    expect(error.extensions).toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
      retryable: true,
      upstream: { status, instanceId: INSTANCE },
    });
  });

  test('text that is not UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"total":0,"certs":[],"x":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(readError({ ...anAnswer(200, ''), body }).code).toBe('UPSTREAM_INVALID_RESPONSE');
  });

  test('a flaw of the connection', () => {
    const error = readError({ ...anAnswer(200, ''), flaw: 'ended early' });
    expect(error).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE', message: "ROMA Connect's answer ended early." });
  });

  test('a flawed body does not hide what the status says', () => {
    expect(readError({ ...anAnswer(403, ''), flaw: 'ended early' }).code).toBe('FORBIDDEN');
  });
});

describe('errors', () => {
  const said = (code: string, message = 'x') => ({ error_code: code, error_msg: message });
  const parameter = (name: string) =>
    said('APIG.2012', `Invalid parameter value,parameterName:${name}. Please refer to the support documentation`);

  test.each<[number, unknown, string, boolean]>([
    // the caller's argument
    [400, parameter('dict_name'), 'BAD_USER_INPUT', false],
    [400, parameter('instance_id'), 'BAD_USER_INPUT', false],
    [400, parameter('name'), 'BAD_USER_INPUT', false],
    [400, said('APIG.2000'), 'BAD_USER_INPUT', false],
    [400, said('APIG.2001'), 'BAD_USER_INPUT', false],
    [400, said('APIG.2011'), 'BAD_USER_INPUT', false],
    // what this service sent wrongly
    [400, parameter('project_id'), 'UPSTREAM_ERROR', false],
    [400, parameter('limit'), 'UPSTREAM_ERROR', false],
    [400, parameter('offset'), 'UPSTREAM_ERROR', false],
    [400, said('APIG.7777'), 'UPSTREAM_ERROR', false],
    [400, 'Bad Request', 'UPSTREAM_ERROR', false],
    // credentials
    [401, said('APIG.1002', 'Incorrect token or token resolution failed'), 'UNAUTHENTICATED', false],
    [401, said('APIG.1001'), 'UNAUTHENTICATED', false],
    [401, said('APIG.1003'), 'UNAUTHENTICATED', false],
    [401, said('APIG.7777'), 'UNAUTHENTICATED', false],
    [401, '', 'UNAUTHENTICATED', false],
    [401, said('APIG.1000'), 'UNAUTHENTICATED', false],
    [400, said('APIG.1000'), 'UNAUTHENTICATED', false],
    [400, said('ROMA.1000'), 'UNAUTHENTICATED', false],
    [400, said('ROMA.1002'), 'UNAUTHENTICATED', false],
    [401, said('APIGW.0301'), 'UNAUTHENTICATED', false],
    [401, said('APIC.0303'), 'UNAUTHENTICATED', false],
    [401, said('APIG.0307'), 'UNAUTHENTICATED', false],
    // permissions and arrears
    [403, said('APIG.1005'), 'FORBIDDEN', false],
    [401, said('APIG.1005'), 'FORBIDDEN', false],
    [400, said('ROMA.1006'), 'FORBIDDEN', false],
    [403, said('APIG.1136'), 'FORBIDDEN', false],
    [401, said('APIG.1012'), 'FORBIDDEN', false],
    [401, said('APIG.1013'), 'FORBIDDEN', false],
    [429, said('APIG.1013'), 'FORBIDDEN', false],
    [403, said('APIGW.0302'), 'FORBIDDEN', false],
    [403, said('APIGW.0802'), 'FORBIDDEN', false],
    [403, 'no', 'FORBIDDEN', false],
    // instances and paths
    [404, said('APIG.3030'), 'NOT_FOUND', false],
    [404, said('APIGW.0101'), 'UPSTREAM_ERROR', false],
    [404, said('APIC.0101'), 'UPSTREAM_ERROR', false],
    [404, said('APIG.0101'), 'UPSTREAM_ERROR', false],
    [404, said('APIG.3021'), 'UPSTREAM_ERROR', false],
    [404, '', 'UPSTREAM_ERROR', false],
    // too large
    [413, said('APIGW.0201'), 'UPSTREAM_ERROR', false],
    [414, said('APIGW.0201'), 'UPSTREAM_ERROR', false],
    [494, said('APIGW.0201'), 'UPSTREAM_ERROR', false],
    [431, '', 'UPSTREAM_ERROR', false],
    [405, '', 'UPSTREAM_ERROR', false],
    // later
    [408, '', 'UPSTREAM_TIMEOUT', true],
    [429, said('APIGW.0308'), 'UPSTREAM_RATE_LIMITED', true],
    [429, '', 'UPSTREAM_RATE_LIMITED', true],
    [500, said('APIG.9008'), 'UPSTREAM_RATE_LIMITED', true],
    [500, said('APIG.9999'), 'UPSTREAM_ERROR', true],
    [500, said('APIG.9004'), 'UPSTREAM_ERROR', true],
    [500, '', 'UPSTREAM_ERROR', true],
    [502, said('APIGW.0201'), 'UPSTREAM_ERROR', true],
    [503, '<html>', 'UPSTREAM_ERROR', true],
    [504, said('APIGW.0203'), 'UPSTREAM_ERROR', true],
    [599, '', 'UPSTREAM_ERROR', true],
    // the code decides before the status does
    [500, said('APIG.1002'), 'UNAUTHENTICATED', false],
    [200, said('APIG.1005'), 'FORBIDDEN', false],
    [200, said('APIG.1002'), 'UNAUTHENTICATED', false],
    [200, said('APIG.3030'), 'NOT_FOUND', false],
    [200, said('APIG.9999'), 'UPSTREAM_ERROR', true],
    [200, said('APIG.9008'), 'UPSTREAM_RATE_LIMITED', true],
    [200, { ...said('APIG.1005'), ...page([], 0) }, 'FORBIDDEN', false],
    // other shapes
    [403, { code: 'APIG.1005', message: 'x' }, 'FORBIDDEN', false],
    [400, { error: { code: 'ROMA.1002', message: 'x' } }, 'UNAUTHENTICATED', false],
    [400, { error: { error_code: 'ROMA.1002', error_msg: 'x' } }, 'UNAUTHENTICATED', false],
    [401, { error: { code: 401, message: 'x', title: 'Unauthorized' } }, 'UNAUTHENTICATED', false],
    [200, { code: 'APIG.1005', message: 'x' }, 'FORBIDDEN', false],
    // ordinary strings
    [500, said('__proto__'), 'UPSTREAM_ERROR', true],
    [500, said('constructor'), 'UPSTREAM_ERROR', true],
  ])('%i %j is %s', (status, body, code, retryable) => {
    expect(readError(anAnswer(status, body)).extensions).toMatchObject({ code, retryable, upstream: { status } });
  });

  test('what ROMA Connect said goes along', () => {
    const body = { error_code: 'APIG.1005', error_msg: 'No permissions to request this method', request_id: 'in-body' };
    expect(readError(anAnswer(403, body, { 'x-request-id': 'in-header' })).extensions).toEqual({
      code: 'FORBIDDEN',
      retryable: false,
      upstream: {
        status: 403,
        errorCode: 'APIG.1005',
        errorMessage: 'No permissions to request this method',
        requestId: 'in-header',
        instanceId: INSTANCE,
      },
    });
    expect(readError(anAnswer(403, body)).extensions.upstream?.requestId).toBe('in-body');
    expect(readError(anAnswer(403, '', { 'x-iam-trace-id': 'trace' })).extensions.upstream?.requestId).toBe('trace');
  });

  test('what is not known is left out, and so is the message of a 5xx', () => {
    expect(readError(anAnswer(502, said('APIGW.0202', 'backend 10.0.0.7 is down'))).extensions.upstream).toEqual({
      status: 502,
      errorCode: 'APIGW.0202',
      instanceId: INSTANCE,
    });
  });

  test('texts are cleaned and cut', () => {
    const error = readError(
      anAnswer(403, said(`C\u0000\n${'x'.repeat(100)}`, `one\r\n\u001b[31mtwo\u202e ${'y'.repeat(400)}`), {
        'x-request-id': `a\u0007${'z'.repeat(1000)}`,
      }),
    );
    const { errorCode = '', errorMessage = '', requestId = '' } = error.extensions.upstream ?? {};
    expect(errorCode).toHaveLength(64);
    expect(errorMessage).toHaveLength(300);
    expect(errorMessage).toMatch(/^one \[31mtwo y+$/);
    expect(requestId).toMatch(/^a z+$/);
    expect(requestId.length).toBeLessThanOrEqual(128);
  });

  test('nothing of a credential comes back', () => {
    const token = `MIIT${'abcdefghij'.repeat(40)}`;
    const error = readError(anAnswer(401, said(`X.${token}`, `token ${token} is wrong`), { 'x-request-id': token }), aQuery(), [
      token,
    ]);
    expect(JSON.stringify(error.extensions) + error.message).not.toContain('abcdefghij');
    expect(error.extensions.upstream?.errorMessage).toBe('token [hidden] is wrong');
  });

  test('Retry-After goes along with what can be retried only', () => {
    expect(readError(anAnswer(429, '', { 'retry-after': '7' })).extensions.retryAfterMs).toBe(7_000);
    expect(readError(anAnswer(503, '', { 'retry-after': ['2', '9'] })).extensions.retryAfterMs).toBe(2_000);
    expect(readError(anAnswer(429, '', { 'retry-after': 'soon' })).extensions).not.toHaveProperty('retryAfterMs');
    expect(readError(anAnswer(403, '', { 'retry-after': '7' })).extensions).not.toHaveProperty('retryAfterMs');
  });

  test('a refused argument is explained', () => {
    expect(readError(anAnswer(400, parameter('name'))).message).toContain('parameterName:name');
  });

  test('an error page of megabytes is not even parsed', () => {
    const body = JSON.stringify({ error_code: 'APIG.1002', padding: 'x'.repeat(70_000) });
    expect(readError(anAnswer(500, body)).code).toBe('UPSTREAM_ERROR');
  });
});
