import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';
import type { Drain } from './drain.ts';

/** What orchestrators and monitoring ask. All of it is answered also when the service is overloaded. */
export function addProbes(server: FastifyInstance, drain: Drain, metrics: Metrics): void {
  server.get('/health', async () => ({ status: 'ok' }));
  // An upstream in trouble does not make the service unready: no other replica would do better.
  server.get('/ready', async (_request, reply) => {
    return drain.draining ? reply.code(503).send({ status: 'draining' }) : { status: 'ready' };
  });
  /** Requests that come in one packet are given one text: making it takes milliseconds. */
  let printed: Promise<string> | undefined;
  server.get('/metrics', async (_request, reply) => {
    if (printed === undefined) {
      printed = metrics.print();
      setImmediate(() => {
        printed = undefined;
      });
    }
    return reply.type(metrics.contentType).send(await printed);
  });
}
