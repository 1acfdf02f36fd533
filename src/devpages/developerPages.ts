import type { ApolloServer } from '@apollo/server';
import type { RunningContext } from '../operation/beginContext.ts';
import type { Context } from '../operation/context.ts';
import { type Examples, toExamples } from './examples.ts';

/** What the pages for people show. */
export interface DeveloperPages {
  /** Header rows to fill in. An empty token is as if none was sent: the embedded emulator then takes its own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Made anew each time: what exists may change, and so does the day. */
  examples(): Promise<Examples>;
}

export interface DeveloperPagesOptions {
  /** An instance that exists, if one is known. */
  readonly instanceId: string | undefined;
  /** Whether callers send a token of their own. */
  readonly passthrough: boolean;
  /** Whether a router's secret is asked for. */
  readonly guarded: boolean;
  /** A certificate of this instance that a caller without credentials may see, if there is one. */
  findCertificate(instanceId: string): Promise<string | undefined>;
}

export function createDeveloperPages({
  instanceId,
  passthrough,
  guarded,
  findCertificate,
}: DeveloperPagesOptions): DeveloperPages {
  return {
    headers: { ...(passthrough && { 'X-Auth-Token': '' }), ...(guarded && { 'Router-Authorization': '' }) },
    async examples() {
      const certificateId = instanceId === undefined ? undefined : await findCertificate(instanceId);
      return toExamples({ instanceId, certificateId });
    },
  };
}

/** The ID of the first certificate that the instance lists; undefined when it lists none, or cannot be read soon. */
export async function findFirstCertificate(
  apollo: ApolloServer<Context>,
  { context, running }: RunningContext,
  instanceId: string,
): Promise<string | undefined> {
  const query = 'query ($instanceId: ID!) { certificates(instanceId: $instanceId, first: 1) { nodes { id } } }';
  const timer = setTimeout(running.abandon, PATIENCE_MS);
  try {
    const { body } = await apollo.executeOperation<FirstCertificate, { instanceId: string }>(
      { query, variables: { instanceId } },
      { contextValue: context },
    );
    return body.kind === 'single' ? body.singleResult.data?.certificates?.nodes[0]?.id : undefined;
  } finally {
    clearTimeout(timer);
    running.end();
  }
}

/** A page comes also when ROMA Connect does not answer. */
const PATIENCE_MS = 1_000;

interface FirstCertificate {
  readonly certificates: { readonly nodes: readonly { readonly id: string }[] } | null;
}
