import { afterAll, beforeAll } from 'vitest';
import { type gatewayNames, startSupergraph } from '../../examples/supergraph/supergraph.ts';
import type { Answer, App } from './app.ts';

export type AskGateway = (query: string | undefined, variables?: object) => Promise<Answer>;

/** The example's supergraph around an app, for the tests of this `describe`. */
export function setUpGateway(gateway: (typeof gatewayNames)[number], app: () => App): AskGateway {
  const running = new AsyncDisposableStack();
  let url: string;
  beforeAll(async () => {
    const { url: certificatesUrl, instanceIds } = app();
    ({ url } = running.use(await startSupergraph({ gateway, certificatesUrl, instanceId: instanceIds[0] ?? '' })));
  });
  afterAll(() => running.disposeAsync());
  return (query, variables) => askGateway(url, query, variables);
}

export async function askGateway(url: string, query: string | undefined, variables = {}): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return (await response.json()) as Answer;
}
