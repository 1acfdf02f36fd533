import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FirstOperation } from './firstOperation.ts';

export interface ExplorerPage {
  readonly html: string;
  readonly gzipped: Buffer;
  readonly etag: string;
  readonly contentSecurityPolicy: string;
}

/** GraphiQL in one page that needs nothing from outside. Made when first asked for, for it is 9 MB, and then kept. */
export function createExplorer(first: FirstOperation): () => Promise<ExplorerPage> {
  let page: Promise<ExplorerPage> | undefined;
  return () => {
    page ??= renderPage(first);
    return page;
  };
}

async function renderPage({ document, variables, headers }: FirstOperation): Promise<ExplorerPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  // Its type knows only a part of what the page takes.
  const options: object = {
    title: 'Certificates',
    endpoint: '/graphql',
    query: document,
    variables: toJson(variables),
    headers: toJson(headers),
    // Headers hold tokens: they are not to be found in the browser's storage later.
    shouldPersistHeaders: false,
  };
  const html = renderGraphiQL(options);
  return {
    html,
    gzipped: await promisify(gzip)(html),
    etag: `"${createHash('sha256').update(html).digest('base64url')}"`,
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
  };
}

/** Everything is inside the page (its workers as blobs), and it calls nobody but this server. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
