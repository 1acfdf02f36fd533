import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Ask } from '../workloads.ts';

/** A limit: node:http that knows every answer already, as bytes, by the text of the request. */
const asks = JSON.parse(readFileSync(process.env['ASKS'] ?? '', 'utf8')) as Ask[];
const answers = new Map(asks.map(({ body, answer }) => [JSON.stringify(body), Buffer.from(JSON.stringify(answer))]));

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const answer = answers.get(Buffer.concat(chunks).toString());
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer?.byteLength ?? 0 });
    response.end(answer);
  });
}).listen(Number(process.env['PORT']), '127.0.0.1');
