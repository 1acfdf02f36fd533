import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Change } from '../../src/emulator/changes.ts';
import { systemError } from '../../src/emulator/faults/commonFaults.ts';
import type { Emulator } from '../../src/emulator/startEmulator.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { ask, idsOn, list } from './ask.ts';

let roma: Emulator;
beforeEach(async () => {
  roma = await startEmulator({ rows: { one: [{ id: 'a' }], common: [] } });
});
afterEach(() => roma.stop());

const post = async (path: string, body: unknown, method = 'POST') => {
  const { status, text } = await ask(roma.origin, `/_emulator/${path}`, { method, body: JSON.stringify(body) });
  return { status, error: (JSON.parse(text) as { error?: string }).error };
};
const refused = (error: string) => ({ status: 400, error });

const WAIT = 'milliseconds from 0 to 2147483647';
const PATHS = '"list", "details", "domains", "instances", "instancesV3", "iam"';
const KINDS = '"answer", "page", "delay", "hang", "reset", "endEarly", "truncate", "drip", "bloat", "raw"';
const STATUS = 'an integer from 200 to 999';
const COUNT = 'an integer of at least 0';

describe('a fault is refused', () => {
  test.each([
    [{ kind: 'rest' }, `"fault.kind" cannot be "rest". Accepted: ${KINDS}.`],
    [{ kind: 'toString' }, `"fault.kind" cannot be "toString". Accepted: ${KINDS}.`],
    [{}, `"fault.kind" is missing. Accepted: ${KINDS}.`],
    ['reset', `"fault" cannot be "reset". Accepted: an object whose "kind" is one of ${KINDS}.`],
    [{ kind: 'answer' }, `"fault.status" is missing. Accepted: ${STATUS}.`],
    [{ kind: 'answer', status: '429' }, `"fault.status" cannot be "429". Accepted: ${STATUS}.`],
    [{ kind: 'answer', status: 1000 }, `"fault.status" cannot be 1000. Accepted: ${STATUS}.`],
    [
      { kind: 'answer', status: 200, header: {} },
      'There is no "fault.header". Accepted: "kind", "status", "body", "contentType", "headers".',
    ],
    [
      { kind: 'answer', status: 200, headers: { 'retry-after': 5 } },
      '"fault.headers" cannot be {"retry-after":5}. Accepted: an object of headers, each a text.',
    ],
    [
      { kind: 'answer', status: 200, headers: { 'a b': '5' } },
      '"fault.headers" cannot be {"a b":"5"}. Accepted: an object of headers, each a text.',
    ],
    [
      { kind: 'answer', status: 200, contentType: 'a\nb' },
      '"fault.contentType" cannot be "a\\nb". Accepted: a text that a header can hold, or null.',
    ],
    [{ kind: 'page', limit: -1 }, `"fault.limit" cannot be -1. Accepted: ${COUNT}.`],
    [{ kind: 'page', limit: 1.5 }, `"fault.limit" cannot be 1.5. Accepted: ${COUNT}.`],
    [{ kind: 'page', offsetShift: '1' }, '"fault.offsetShift" cannot be "1". Accepted: an integer.'],
    [{ kind: 'page', repeatRows: true }, `"fault.repeatRows" cannot be true. Accepted: ${COUNT}.`],
    [{ kind: 'page', appendRows: {} }, '"fault.appendRows" cannot be {}. Accepted: a list.'],
    [{ kind: 'page', total: 'many' }, '"fault.total" cannot be "many". Accepted: a finite number.'],
    [{ kind: 'page', size: null }, '"fault.size" cannot be null. Accepted: a finite number.'],
    [{ kind: 'delay' }, `"fault.ms" is missing. Accepted: ${WAIT}.`],
    [{ kind: 'delay', ms: -1 }, `"fault.ms" cannot be -1. Accepted: ${WAIT}.`],
    [{ kind: 'delay', ms: '5' }, `"fault.ms" cannot be "5". Accepted: ${WAIT}.`],
    [{ kind: 'delay', ms: 2 ** 31 }, `"fault.ms" cannot be 2147483648. Accepted: ${WAIT}.`],
    [{ kind: 'hang' }, '"fault.after" is missing. Accepted: "nothing", "headers", "halfBody".'],
    [{ kind: 'reset', after: 'body' }, '"fault.after" cannot be "body". Accepted: "nothing", "headers", "halfBody".'],
    [{ kind: 'endEarly', after: 'headers' }, 'There is no "fault.after". Accepted: "kind".'],
    [{ kind: 'drip', bytes: 0, everyMs: 1 }, '"fault.bytes" cannot be 0. Accepted: an integer of at least 1.'],
    [{ kind: 'drip', bytes: 1, everyMs: null }, `"fault.everyMs" cannot be null. Accepted: ${WAIT}.`],
    [
      { kind: 'bloat', bytes: 1e12, gzip: true },
      '"fault.bytes" cannot be 1000000000000. Accepted: an integer from 0 to 1073741824.',
    ],
    [{ kind: 'bloat', bytes: 1, gzip: 'yes' }, '"fault.gzip" cannot be "yes". Accepted: true, false.'],
    [{ kind: 'raw', text: 7 }, '"fault.text" cannot be 7. Accepted: a text.'],
  ])('%j', async (fault, error) => {
    expect(await post('faults', { fault })).toEqual(refused(error));
    expect((await roma.control.state()).pendingFaults).toEqual([]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('that waits %s ms, which JSON cannot say', async (ms) => {
    const adding = roma.control.addFaults({ fault: { kind: 'delay', ms } });
    await expect(adding).rejects.toThrow(`"fault.ms" cannot be ${ms}. Accepted: ${WAIT}.`);
  });
});

describe('the requests of a fault are refused', () => {
  test.each([
    [{ times: 'alwys' }, '"times" cannot be "alwys". Accepted: an integer of at least 1, or "always".'],
    [{ times: 0 }, '"times" cannot be 0. Accepted: an integer of at least 1, or "always".'],
    [{ nth: 0 }, '"nth" cannot be 0. Accepted: an integer of at least 1.'],
    [{ nth: '2' }, '"nth" cannot be "2". Accepted: an integer of at least 1.'],
    [{ every: 10 }, 'There is no "every". Accepted: "fault", "match", "nth", "times".'],
    [{ match: { path: 'lists' } }, `"match.path" cannot be "lists". Accepted: ${PATHS}.`],
    [{ match: { offset: '4' } }, '"match.offset" cannot be "4". Accepted: a finite number.'],
    [{ match: { instanceId: 7 } }, '"match.instanceId" cannot be 7. Accepted: a text.'],
    [
      { match: { method: 'GET' } },
      'There is no "match.method". Accepted: "path", "instanceId", "certificateId", "token", "accessKey", "offset".',
    ],
  ])('%j', async (rule, error) => {
    expect(await post('faults', { fault: systemError, ...rule })).toEqual(refused(error));
  });

  test('by their number, and with them all that came at once', async () => {
    const rules = [{ fault: systemError }, { fault: systemError, nth: -1 }];
    expect(await post('faults', rules)).toEqual(refused('"[1].nth" cannot be -1. Accepted: an integer of at least 1.'));
    expect((await list(roma, { instance_id: 'one' })).status).toBe(200);
  });

  test.each([7, null, 'reset'])('as a body that is %j', async (body) => {
    const error = `What was sent cannot be ${JSON.stringify(body)}. Accepted: an object with "fault", "match", "nth", "times".`;
    expect(await post('faults', body)).toEqual(refused(error));
  });
});

describe('a change is refused', () => {
  test.each([
    [{ kind: 'insert', rows: [] }, '"owner" is missing. Accepted: a text.'],
    [{ kind: 'insert', owner: 'one', rows: {} }, '"rows" cannot be {}. Accepted: a list.'],
    [{ kind: 'insert', owner: 'one', rows: [], position: -1 }, `"position" cannot be -1. Accepted: ${COUNT}.`],
    [{ kind: 'remove', owner: 'one', ids: 'a' }, '"ids" cannot be "a". Accepted: a list, each item a text.'],
    [{ kind: 'remove', owner: 'one', ids: [1] }, '"ids[0]" cannot be 1. Accepted: a text.'],
    [{ kind: 'removeAt', owner: 'one' }, `"position" is missing. Accepted: ${COUNT}.`],
    [{ kind: 'update', owner: 'one', id: 'a' }, '"values" is missing. Accepted: an object.'],
    [{ kind: 'domains', certificateId: 'a', domains: 'b' }, '"domains" cannot be "b". Accepted: a list.'],
    [{ kind: 'revokeToken' }, '"token" is missing. Accepted: a text.'],
    [{ kind: 'revokeIamTokens', token: 'x' }, 'There is no "token". Accepted: "kind".'],
  ])('%j', async (change, error) => {
    expect(await post('changes', change)).toEqual(refused(error));
  });

  test('before any that came with it is made', async () => {
    const remove: Change = { kind: 'remove', owner: 'one', ids: ['a'] };
    const { status, error } = await post('changes', [remove, { kind: 'explode' }]);
    expect({ status, error }).toMatchObject({
      status: 400,
      error: expect.stringMatching(/^"\[1\]\.kind" cannot be "explode"/),
    });
    expect(idsOn(await list(roma, { instance_id: 'one' }))).toEqual(['a']);
  });

  test.each([
    [{ when: 'later' }, '"when" cannot be "later". Accepted: "before", "after".'],
    [{ nth: undefined }, '"nth" is missing. Accepted: an integer of at least 1.'],
    [{ match: { path: 'v4' } }, `"match.path" cannot be "v4". Accepted: ${PATHS}.`],
    [{ changes: [{ kind: 'revokeToken', token: 1 }] }, '"changes[0].token" cannot be 1. Accepted: a text.'],
  ])('when scripted with %j', async (part, error) => {
    expect(await post('mutations', { when: 'before', nth: 1, changes: [], ...part })).toEqual(refused(error));
    expect((await roma.control.state()).pendingChanges).toEqual([]);
  });
});

test.each([
  ['switches', 'PUT', { latencyMs: '50' }, `"latencyMs" cannot be "50". Accepted: ${WAIT}.`],
  [
    'switches',
    'PUT',
    { order: 'none' },
    '"order" cannot be "none". Accepted: "createTimeDescending", "createTimeAscending", "unstable".',
  ],
  ['switches', 'PUT', { missingEndpoints: ['lists'] }, `"missingEndpoints[0]" cannot be "lists". Accepted: ${PATHS}.`],
  ['switches', 'PUT', { emptyCerts: 0 }, '"emptyCerts" cannot be 0. Accepted: an empty list, or null.'],
  ['tokens', 'POST', { forbidden: ['lists'] }, `"forbidden[0]" cannot be "lists". Accepted: ${PATHS}.`],
  ['tokens', 'POST', { lifetimeMs: '5' }, '"lifetimeMs" cannot be "5". Accepted: a finite number.'],
  ['tokens', 'POST', { length: 1e9 }, '"length" cannot be 1000000000. Accepted: an integer from 8 to 1048576.'],
  ['tokens', 'POST', { restricted: 1 }, '"restricted" cannot be 1. Accepted: true, false.'],
  ['instances/one/certificates', 'PUT', { id: 'a' }, 'What was sent cannot be {"id":"a"}. Accepted: a list.'],
  ['instances/%zz/certificates', 'PUT', [], '"%zz" is not encoded as a part of a path. Accepted: an instance ID, or "common".'],
])('%s refuses %s %j', async (path, method, body, error) => {
  expect(await post(path, body, method)).toEqual(refused(error));
});

test('what is wrong is named, however long it is', async () => {
  const { error } = await post('faults', { fault: systemError, times: 'x'.repeat(10_000) });
  expect(error?.length).toBeLessThan(200);
});
