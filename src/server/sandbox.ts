import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { FirstOperation } from './firstOperation.ts';

/** Apollo Sandbox as the page that browsers get, with a first operation filled in. It loads Apollo's scripts from their CDN. */
export function sandboxPage({ document, variables, headers }: FirstOperation): ApolloServerPlugin {
  const { serverWillStart } = ApolloServerPluginLandingPageLocalDefault({
    document,
    variables,
    headers,
    includeCookies: false,
    embed: { runTelemetry: false },
  });
  return {
    async serverWillStart(service) {
      const page = await (await serverWillStart?.(service))?.renderLandingPage?.();
      if (page === undefined) throw new Error('Apollo Server has no landing page.');
      return { renderLandingPage: async () => ({ html: async () => pointAtGraphql(await toHtml(page.html)) }) };
    },
  };
}

async function toHtml(html: string | (() => Promise<string>)): Promise<string> {
  return typeof html === 'string' ? html : html();
}

/** The page calls the address that it was loaded from; it is also served at `/`, where there is no GraphQL. */
function pointAtGraphql(html: string): string {
  return html.replace(
    'var initialEndpoint = window.location.href;',
    "var initialEndpoint = new URL('graphql', window.location.href).href;",
  );
}
