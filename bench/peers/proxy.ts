import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { type Certificate, toCertificate, type WireRow } from '../data.ts';
import { listTarget, type PageArguments, type Reference } from './romaConnect.ts';

/**
 * A limit: what node:http and undici allow when everything between them is written for these very queries by hand. No GraphQL,
 * no checks.
 */
const pool = new Pool(process.env['UPSTREAM'] ?? '');

interface Body {
  readonly query: string;
  readonly variables: PageArguments & { readonly representations?: readonly Reference[] };
}

async function readPage(instanceId: string, offset: number, limit: number): Promise<{ total: number; certs: WireRow[] }> {
  const { body } = await pool.request({
    method: 'GET',
    path: listTarget(instanceId, offset, limit),
    headers: { 'x-auth-token': 'token' },
  });
  return JSON.parse(await body.text()) as { total: number; certs: WireRow[] };
}

async function answerPage(query: string, { instanceId, first, after }: PageArguments): Promise<object> {
  const { total, certs: rows } = await readPage(instanceId, Number(after ?? 0), first ?? 20);
  const nodes = query.startsWith('query Item') ? rows.map(({ id, name }) => ({ id, name })) : rows.map(toCertificate);
  return { data: { certificates: query.includes('totalCount') ? { totalCount: total, nodes } : { nodes } } };
}

async function answerJoin(references: readonly Reference[]): Promise<object> {
  const instanceIds = [...new Set(references.map(({ instanceId }) => instanceId))];
  const lists = await Promise.all(instanceIds.map((instanceId) => readPage(instanceId, 0, 500)));
  const byId = new Map(lists.flatMap(({ certs }) => certs).map((row) => [row.id, row]));
  const entities = references.map(({ id }) => {
    const { instanceId, name, commonName, notAfter, algorithmType } = toCertificate(byId.get(id) as WireRow);
    return { id, instanceId, name, commonName, notAfter, algorithmType } satisfies Partial<Certificate>;
  });
  return { data: { _entities: entities } };
}

function receive(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    if (request.method !== 'POST') return response.end();
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as Body;
    const answer = variables.representations ? answerJoin(variables.representations) : answerPage(query, variables);
    const text = JSON.stringify(await answer);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    return response.end(text);
  });
}

createServer(receive).listen(Number(process.env['PORT']), '127.0.0.1');
