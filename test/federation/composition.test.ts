import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { apolloSupergraph, guildSupergraph, type Subgraph } from '../../examples/supergraph/compose.ts';
import { domainsSdl, inventorySdl } from '../support/neighbours.ts';

const certificates = subgraph('certificates', readFileSync('schema.graphql', 'utf8'));
const domains = subgraph('domains', domainsSdl);
const inventory = subgraph('inventory', inventorySdl);

const composers = [
  { composer: '@apollo/composition', compose: apolloSupergraph },
  { composer: '@theguild/federation-composition', compose: guildSupergraph },
];

describe.each(composers)('$composer', ({ compose }) => {
  test.each([
    { case: 'the subgraph alone', subgraphs: [certificates] },
    { case: 'a neighbour that refers by ID', subgraphs: [certificates, domains] },
    { case: 'a neighbour that refers by ID and instance', subgraphs: [certificates, inventory] },
    { case: 'both', subgraphs: [certificates, domains, inventory] },
  ])('composes $case', ({ subgraphs }) => {
    const { hints } = compose(subgraphs);
    // The scope of @cacheControl is an enum that only a directive uses; it is @inaccessible, so no client sees it.
    expect(hints.filter((hint) => !hint.startsWith('UNUSED_ENUM_TYPE: Enum type "CacheControlScope"'))).toEqual([]);
  });

  test('refuses a neighbour that contradicts the subgraph', () => {
    const wrong = subgraph(
      'wrong',
      domainsSdl.replace('certificate: Certificate', 'certificate: Certificate, broken: Missing'),
    );
    expect(() => compose([certificates, wrong])).toThrow(/Missing/);
  });

  test('carries the costs of pages into the supergraph, where a router weighs operations', () => {
    const supergraph = buildSchema(compose([certificates, inventory]).supergraphSdl, { assumeValidSDL: true });
    for (const type of ['Query', 'RomaInstance']) {
      const field = (supergraph.getType(type) as GraphQLObjectType).getFields()['certificates'];
      expect(field?.astNode?.directives?.map((directive) => directive.name.value)).toEqual(
        expect.arrayContaining(['cost', 'listSize']),
      );
    }
  });
});

function subgraph(name: string, sdl: string): Subgraph {
  return { name, url: `http://${name}.test/graphql`, sdl };
}
