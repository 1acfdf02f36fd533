import cluster, { type Worker } from 'node:cluster';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * The same as standIn.c, for machines without a C compiler: several processes on one port.
 *
 *   node standIn.ts PORT DATA_FILE
 */

const WORKERS = 3;
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 500;

/** Workers tell their sums this often, and whoever asks for them waits longer. */
const REPORT_MS = 20;

interface Traffic {
  calls: number;
  bytes: number;
}

/** From a worker: its own sums, or a question for those of all, or what all are to wait from now on; and the answers. */
type Message =
  | { readonly own: Traffic }
  | { readonly all: Traffic | null }
  | { readonly latencyMs: number }
  | { readonly changing: boolean };

if (cluster.isPrimary) lead();
else work();

function lead(): void {
  const sums = new Map<Worker, Traffic>();
  for (let at = 0; at < WORKERS; at++) cluster.fork();
  cluster.on('message', (worker, message: Message) => {
    if ('own' in message) sums.set(worker, message.own);
    else if ('latencyMs' in message || 'changing' in message)
      for (const one of Object.values(cluster.workers ?? {})) one?.send(message);
    else worker.send({ all: [...sums.values()].reduce(add, { calls: 0, bytes: 0 }) } satisfies Message);
  });
  process.on('SIGTERM', () => process.exit());
}

function add(a: Traffic, b: Traffic): Traffic {
  return { calls: a.calls + b.calls, bytes: a.bytes + b.bytes };
}

function work(): void {
  const [, , port, dataFile = ''] = process.argv;
  const { lists, byId } = load(dataFile);
  const own: Traffic = { calls: 0, bytes: 0 };
  let latencyMs = 0;
  let changing = false;
  let reported = 0;
  const waiting: ((all: Traffic) => void)[] = [];
  setInterval(() => {
    if (own.calls !== reported) process.send?.({ own } satisfies Message);
    reported = own.calls;
  }, REPORT_MS);
  process.on('message', (message: Message) => {
    if ('latencyMs' in message) latencyMs = message.latencyMs;
    else if ('changing' in message) changing = message.changing;
    else if ('all' in message && message.all !== null) waiting.shift()?.(message.all);
  });
  process.on('disconnect', () => process.exit());

  createServer(async ({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (pathname.startsWith('/v2/')) {
      const ids = searchParams.getAll('id');
      const body = ids.length > 0 ? toRows(ids) : toPage(searchParams);
      own.calls++;
      own.bytes += body?.length ?? 0;
      if (latencyMs > 0 && ids.length === 0) await wait(latencyMs);
      answer(
        response,
        body === undefined ? 404 : 200,
        body ?? '{"error_code":"APIG.3030","error_msg":"The instance does not exist"}',
      );
    } else if (pathname.startsWith('/latency/')) {
      process.send?.({ latencyMs: Number(pathname.split('/')[2]) } satisfies Message);
      await wait(REPORT_MS);
      answer(response, 200, '{}');
    } else if (pathname.startsWith('/changing/')) {
      process.send?.({ changing: pathname.endsWith('1') } satisfies Message);
      await wait(REPORT_MS);
      answer(response, 200, '{}');
    } else {
      await wait(2 * REPORT_MS);
      const all = new Promise<Traffic>((resolve) => waiting.push(resolve));
      process.send?.({ all: null } satisfies Message);
      answer(response, 200, JSON.stringify(await all));
    }
  }).listen(Number(port), '127.0.0.1');

  function toPage(query: URLSearchParams): string | undefined {
    const rows = lists.get(query.get('instance_id') ?? '');
    if (rows === undefined) return undefined;
    const from = Math.max(Number(query.get('offset') ?? 0), 0);
    const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
    const page = rows.slice(from, from + Math.min(limit < 1 ? DEFAULT_LIMIT : limit, MAX_LIMIT));
    const change = changing ? `"change":"${process.pid} ${own.calls}",` : '';
    return `{${change}"total":${rows.length},"size":${page.length},"certs":[${page.join()}]}`;
  }

  function toRows(ids: readonly string[]): string {
    return `{"certs":[${ids.flatMap((id) => byId.get(id) ?? []).join()}]}`;
  }
}

/** Rows stay text, as they are sent. */
function load(dataFile: string): { lists: Map<string, string[]>; byId: Map<string, string> } {
  const lists = new Map<string, string[]>();
  const byId = new Map<string, string>();
  let rows: string[] = [];
  for (const line of readFileSync(dataFile, 'utf8').split('\n')) {
    if (line.startsWith('#')) {
      rows = [];
      lists.set(line.slice(1), rows);
    } else if (line !== '') {
      rows.push(line);
      byId.set((JSON.parse(line) as { id: string }).id, line);
    }
  }
  return { lists, byId };
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
