import { readFileSync } from 'node:fs';
import { apolloSupergraph, guildSupergraph } from './compose.ts';
import { type Domain, domainsSdl, startDomains } from './domains.ts';
import { type Gateway, startApolloGateway, startHiveGateway } from './gateways.ts';

const certificatesSdl = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');

/** Each gateway behind the composition of the same house. */
const gateways = {
  apollo: { compose: apolloSupergraph, start: startApolloGateway },
  hive: { compose: guildSupergraph, start: startHiveGateway },
};

export type GatewayName = keyof typeof gateways;

export const gatewayNames = Object.keys(gateways) as GatewayName[];

export interface SupergraphOptions {
  readonly gateway: GatewayName;
  /** Where the certificates subgraph is served already. */
  readonly certificatesUrl: string;
  /** An instance whose certificates the domains refer to. */
  readonly instanceId: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  readonly domainsPort?: number;
}

/** Starts the domains service, and a gateway before it and the certificates subgraph. */
export async function startSupergraph(options: SupergraphOptions): Promise<Gateway> {
  const { compose, start } = gateways[options.gateway];
  await using started = new AsyncDisposableStack();
  const domains = started.use(await startDomains(await inventDomains(options), options.domainsPort));
  const { supergraphSdl } = compose([
    { name: 'certificates', url: options.certificatesUrl, sdl: certificatesSdl },
    { name: 'domains', url: domains.url, sdl: domainsSdl },
  ]);
  const { url } = started.use(await start(supergraphSdl, options.port));
  const running = started.move();
  return { url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** A few domains that are served with certificates that exist, and one whose certificate is gone. */
async function inventDomains({ certificatesUrl, instanceId }: SupergraphOptions): Promise<Domain[]> {
  const response = await fetch(certificatesUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `query ($instanceId: ID!) {
        certificates(instanceId: $instanceId, first: 5, filter: { scope: INSTANCE }) { nodes { id commonName } }
      }`,
      variables: { instanceId },
    }),
  });
  const { data, errors } = (await response.json()) as CertificatesAnswer;
  if (!data?.certificates) throw new Error(`The certificates subgraph does not answer: ${JSON.stringify(errors)}`);
  const served = data.certificates.nodes.map(({ id, commonName }) => ({
    name: commonName?.replace('*', 'www') ?? `${id}.example`,
    certificateId: id,
    instanceId,
  }));
  return [...served, { name: 'forgotten.example', certificateId: 'deleted-long-ago', instanceId }];
}

interface CertificatesAnswer {
  readonly data?: { readonly certificates: { readonly nodes: readonly { id: string; commonName: string | null }[] } | null };
  readonly errors?: unknown;
}
