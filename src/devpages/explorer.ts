import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { DeveloperPages } from './developerPages.ts';
import type { Examples } from './examples.ts';

export interface ExplorerPage {
  readonly html: string;
  readonly gzipped: Buffer;
  readonly etag: string;
  readonly contentSecurityPolicy: string;
}

/** GraphiQL in one page that needs nothing from outside, the examples as its tabs. */
export type Explorer = () => Promise<ExplorerPage>;

/** The page is made when first asked for, for it is 9 MB, and then kept until its examples change. */
export function createExplorer({ headers, examples }: DeveloperPages): Explorer {
  let kept: { readonly shows: string; readonly page: Promise<ExplorerPage> } | undefined;
  return async () => {
    const shown = await examples();
    const shows = JSON.stringify(shown);
    if (kept?.shows !== shows) kept = { shows, page: renderPage(shown, headers) };
    return kept.page;
  };
}

async function renderPage(examples: Examples, headers: DeveloperPages['headers']): Promise<ExplorerPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const tabs = examples.map(({ document, variables }) => ({
    query: document,
    variables: toJson(variables),
    headers: toJson(headers),
  }));
  // Its type knows only a part of what the page takes.
  const options: object = {
    title: 'Certificates',
    endpoint: '/graphql',
    ...tabs[0],
    // For those who have none yet: the browser keeps the tabs that somebody worked in.
    defaultTabs: tabs,
    // Headers hold tokens: they are not to be found in the browser's storage later.
    shouldPersistHeaders: false,
  };
  const html = renderGraphiQL(options).replace('</head>', `<style>${TABS_STYLE}${PHONE_STYLE}</style></head>`);
  return {
    html,
    gzipped: await promisify(gzip)(html),
    etag: `"${createHash('sha256').update(html).digest('base64url')}"`,
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
  };
}

/** Tabs that were there from the start jump away from under the mouse when they are pressed: they keep a stale offset. */
const TABS_STYLE = '.graphiql-tab { transform: none !important }';

/** Side by side, an answer would have one letter a line on a phone. */
const PHONE_STYLE = `
  @media (max-width: 640px) {
    .graphiql-container #graphiql-session { flex-direction: column }
    .graphiql-container #graphiql-session > .graphiql-horizontal-drag-bar { display: none }
    .graphiql-container #graphiql-session > * { min-height: 0; min-width: 0 !important }
  }`;

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
