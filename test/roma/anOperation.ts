import type { ListPage, ListQuery } from '../../src/certificates/lists.ts';
import type { Operation } from '../../src/certificates/operation.ts';
import type { HttpAnswer } from '../../src/net/Exchange.ts';
import type { Call, Placed } from '../../src/roma/Endpoint.ts';
import type { RestMeter } from '../../src/roma/meter.ts';

export const INSTANCE = 'f0fa1789-3b76-433b-a787-9892951c620e';
export const PROJECT = '73d69ae0cfcf460190522d06b60f05ad';

/** What a list is asked, with the place that goes along with each call. */
export function aQuery(query: Partial<ListQuery> = {}): ListQuery & Placed {
  const asked = { instanceId: INSTANCE, filter: {}, offset: 0, limit: 20, ...query };
  return { ...asked, place: asked.instanceId };
}

export type CallForList = Call<ListQuery & Placed, ListPage>;

export interface TestOperation extends Operation {
  readonly end: AbortController;
  readonly spent: () => number;
}

export function anOperation({ calls = 100, token = 'a-token', deadlineMs = Date.now() + 60_000 } = {}): TestOperation {
  const end = new AbortController();
  let remaining = calls;
  return {
    caller: { token, key: 'key' },
    signal: end.signal,
    deadlineMs,
    budget: {
      get remaining() {
        return remaining;
      },
      spend() {
        if (remaining === 0) throw new Error('no call left');
        remaining--;
      },
    },
    end,
    spent: () => calls - remaining,
  };
}

export interface RecordingMeter extends RestMeter {
  readonly outcomes: string[];
  readonly unknown: string[];
  retries: number;
}

export function aMeter(): RecordingMeter {
  const meter: RecordingMeter = {
    outcomes: [],
    unknown: [],
    retries: 0,
    request: (outcome) => void meter.outcomes.push(outcome),
    instance: () => {},
    login: () => {},
    retry: () => void meter.retries++,
    unknownValue: (field) => void meter.unknown.push(field),
  };
  return meter;
}

export function anAnswer(status: number, body: unknown, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers, body: Buffer.from(text), receivedAtMs: 1_000_000 };
}

/** The documented example row. */
export const EXAMPLE_ROW = {
  id: 'a27be832f2e9441c8127fe48e3b5ac67',
  name: 'cert_demo',
  type: 'instance',
  project_id: PROJECT,
  instance_id: INSTANCE,
  common_name: 'apigtest.xxx.com',
  san: ['apigtest.xxx.com', '*.san.com'],
  not_after: '2021-04-26T09:03:30Z',
  signature_algorithm: 'SHA256-RSA',
  create_time: '2021-08-26T07:27:06.304004Z',
  update_time: '2021-08-26T07:27:06.304004Z',
  algorithm_type: 'RSA',
};
