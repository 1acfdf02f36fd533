import { expect, test } from 'vitest';
import { createMetrics } from '../../src/observability/metrics.ts';

test('everything that is promised is there, with nothing reported yet', async () => {
  const text = await createMetrics().print();
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  expect(names).toEqual(
    expect.arrayContaining([
      'http_server_request_duration_seconds histogram',
      'roma_requests_total counter',
      'roma_request_duration_seconds histogram',
      'roma_retries_total counter',
      'certificates_cache_requests_total counter',
      'certificates_windows_merged_total counter',
      'certificates_walk_pages histogram',
      'certificates_unknown_values_total counter',
      'certificates_cursor_reanchored_total counter',
      'nodejs_eventloop_lag_seconds gauge',
      'process_cpu_user_seconds_total counter',
    ]),
  );
});

test('what is reported is counted', async () => {
  const metrics = createMetrics();
  metrics.rest.request('ok', 0.02);
  metrics.rest.request('UPSTREAM_TIMEOUT', 4);
  metrics.rest.retry();
  metrics.rest.unknownValue('scope');
  metrics.loaders.windowsMerged(3);
  metrics.loaders.walked(7);
  metrics.loaders.cursorReanchored();
  metrics.cache.request('shared');
  metrics.http.answered('/graphql', 'POST', 200, 0.004);
  const lines = (await metrics.print()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'roma_requests_total{outcome="ok"} 1',
      'roma_requests_total{outcome="UPSTREAM_TIMEOUT"} 1',
      'roma_request_duration_seconds_sum 4.02',
      'roma_retries_total 1',
      'certificates_unknown_values_total{field="scope"} 1',
      'certificates_windows_merged_total 3',
      'certificates_walk_pages_bucket{le="10"} 1',
      'certificates_cursor_reanchored_total 1',
      'certificates_cache_requests_total{result="shared"} 1',
      'certificates_cache_requests_total{result="hit"} 0',
      'http_server_request_duration_seconds_count{route="/graphql",method="POST",status="200"} 1',
    ]),
  );
});

test('methods that a client makes up are one value of the label', async () => {
  const metrics = createMetrics();
  for (const method of ['PROPFIND', 'X-1']) metrics.http.answered('unmatched', method, 404, 0.001);
  expect(await metrics.print()).toContain(
    'http_server_request_duration_seconds_count{route="unmatched",method="other",status="404"} 2',
  );
});
