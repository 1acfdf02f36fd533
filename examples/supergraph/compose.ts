import { composeServices as composeWithApollo } from '@apollo/composition';
import { composeServices as composeWithGuild } from '@theguild/federation-composition';
import { parse } from 'graphql';

export interface Subgraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

export interface Composed {
  readonly supergraphSdl: string;
  /** What the composer remarks without refusing, as `CODE: message`. */
  readonly hints: readonly string[];
}

/** Apollo's composition, as in `rover supergraph compose` and GraphOS. Throws what it refuses. */
export function apolloSupergraph(subgraphs: readonly Subgraph[]): Composed {
  const { errors, supergraphSdl, hints } = composeWithApollo(services(subgraphs));
  if (errors) throw new AggregateError(errors, messages(errors));
  return { supergraphSdl, hints: hints.map((hint) => `${hint.definition.code}: ${hint.message}`) };
}

/** The Guild's composition, as in Hive and Cosmo. It gives no hints. */
export function guildSupergraph(subgraphs: readonly Subgraph[]): Composed {
  const { errors, supergraphSdl } = composeWithGuild(services(subgraphs));
  if (errors) throw new AggregateError(errors, messages(errors));
  return { supergraphSdl, hints: [] };
}

function services(subgraphs: readonly Subgraph[]) {
  return subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
}

function messages(errors: readonly Error[]): string {
  return errors.map((error) => error.message).join('\n');
}
