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
      'iam_requests_total counter',
      'graphql_errors_total counter',
      'roma_instance_up gauge',
      'roma_instance_last_success_timestamp_seconds gauge',
      'build_info gauge',
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

test('only instances that this service looks into have metrics of their own, and no more than 200', async () => {
  const metrics = createMetrics(Array.from({ length: 300 }, (_, at) => `i-${at}`));
  metrics.rest.instance('i-1', 'read');
  metrics.rest.instance('i-2', 'failed');
  metrics.rest.instance('i-2', 'answered');
  metrics.rest.instance('i-3', 'failed');
  for (const other of ['made-up', 'i-200']) metrics.rest.instance(other, 'read');
  const lines = (await metrics.print()).split('\n').filter((line) => line.startsWith('roma_instance_'));
  expect(lines).toEqual([
    'roma_instance_up{instance="i-1"} 1',
    'roma_instance_up{instance="i-2"} 1',
    'roma_instance_up{instance="i-3"} 0',
    expect.stringMatching(/^roma_instance_last_success_timestamp_seconds\{instance="i-1"\} \d{10}\.?\d*$/),
  ]);
});

test('methods that a client makes up are one value of the label', async () => {
  const metrics = createMetrics();
  for (const method of ['PROPFIND', 'X-1']) metrics.http.answered('unmatched', method, 404, 0.001);
  expect(await metrics.print()).toContain(
    'http_server_request_duration_seconds_count{route="unmatched",method="other",status="404"} 2',
  );
});
