import type { ApolloServerPlugin, GraphQLServerContext } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { DeveloperPages } from './developerPages.ts';
import type { Example, Examples } from './examples.ts';

/** Apollo Sandbox, pointed at this server. It loads Apollo's scripts from their CDN. */
export interface Sandbox {
  /** Makes it what browsers get from Apollo Server. */
  readonly plugin: ApolloServerPlugin;
  /** The page with the example of this name; with the first one when there is none. */
  render(exampleName: unknown): Promise<string>;
}

export function createSandbox({ headers, examples }: DeveloperPages): Sandbox {
  let service: GraphQLServerContext | undefined;
  const render: Sandbox['render'] = async (name) => {
    if (service === undefined) throw new Error('There is no page before Apollo Server has started.');
    const all = await examples();
    // One operation a page, so that play runs what one sees, with variables of its own.
    const shown = all.find((example) => example.name === name) ?? all[0];
    return withExamples(await renderApolloPage(service, shown, headers), all, shown);
  };
  return {
    plugin: {
      async serverWillStart(started) {
        service = started;
        return { renderLandingPage: async () => ({ html: () => render(undefined) }) };
      },
    },
    render,
  };
}

async function renderApolloPage(
  service: GraphQLServerContext,
  { document, variables }: Example,
  headers: DeveloperPages['headers'],
): Promise<string> {
  const { serverWillStart } = ApolloServerPluginLandingPageLocalDefault({
    document,
    variables,
    headers,
    includeCookies: false,
    embed: { runTelemetry: false },
  });
  const html = (await (await serverWillStart?.(service))?.renderLandingPage?.())?.html;
  if (html === undefined) throw new Error('Apollo Server has no landing page.');
  return typeof html === 'string' ? html : html();
}

/** Apollo's page below a row of links: one for each example, and one to what works without their CDN. */
function withExamples(html: string, examples: Examples, shown: Example): string {
  const nonce = /<style nonce=(\w+)>/.exec(html)?.[1] ?? '';
  const changes: [string, string][] = [
    // The page calls the address that it was loaded from; it is also served at `/`, where there is no GraphQL.
    ['var initialEndpoint = window.location.href;', "var initialEndpoint = new URL('graphql', window.location.href).href;"],
    ['<title>Apollo Server</title>', '<title>Certificates</title>'],
    // What it says when their CDN cannot be reached.
    ['<h1>Welcome to Apollo Server</h1>', '<h1>Certificates</h1>'],
    [
      ' it appears that you might be offline.</p>',
      ' is there no internet? <a href="./explorer">The explorer</a> needs none.</p>',
    ],
    ['<div id="react-root">', `<div id="react-root">${printLinks(examples, shown, nonce)}`],
  ];
  return changes.reduce((text, [from, to]) => text.replace(from, () => to), html);
}

function printLinks(examples: Examples, shown: Example, nonce: string): string {
  const links = examples.map(({ name, title }) => {
    const current = name === shown.name ? ' aria-current="page"' : '';
    return `<a href="./?example=${name}"${current}>${title}</a>`;
  });
  return `
<style nonce=${nonce}>${LINKS_STYLE}</style>
<nav class="examples" aria-label="Examples">
  <span>Examples</span>
  ${links.join('\n  ')}
  <a href="./explorer">Explorer (works offline)</a>
</nav>`;
}

// Apollo's frame fills the window by its own rules: ours are more specific, for they come first.
const LINKS_STYLE = `
  .examples {
    align-items: center;
    background: #15252d;
    box-sizing: border-box;
    display: flex;
    font: 14px/20px system-ui, sans-serif;
    gap: 4px;
    height: 40px;
    overflow-x: auto;
    padding: 0 12px;
    white-space: nowrap;
  }
  .examples span { color: #b8c4ca; margin-right: 4px; }
  .examples a { border-radius: 4px; color: #fff; padding: 4px 10px; text-decoration: none; }
  .examples a:hover, .examples a:focus-visible { background: #2b4552; }
  .examples a:last-child { margin-left: auto; }
  .examples > * { flex: none; }
  .examples [aria-current] { background: #3f6375; }
  .examples ~ #embeddableSandbox { height: calc(100vh - 40px); top: 40px; }
  .examples ~ #embeddableSandbox:empty { pointer-events: none; }
  .examples ~ .fallback { font-family: system-ui, sans-serif; }
  @media (prefers-color-scheme: dark) {
    body:has(.examples) { background: #15191c; color: #e6edf1; }
    .examples ~ .fallback a { color: #8ab4f8; }
  }
`;
