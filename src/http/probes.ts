import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';
import type { Drain } from './drain.ts';

/** Routes for orchestrators and monitoring. They are answered even when the service is overloaded. */
export function addProbes(server: FastifyInstance, drain: Drain, metrics: Metrics): void {
  server.get('/health', async () => ({ status: 'ok' }));
  // Failures of ROMA Connect do not make the service unready: other replicas have the same ones.
  server.get('/ready', async (_request, reply) => {
    return drain.draining ? reply.code(503).send({ status: 'draining' }) : { status: 'ready' };
  });
  /** Shared by the requests of one turn of the event loop: printing takes milliseconds. */
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
