import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, isUnionType, parse } from 'graphql';
import { type ReusePolicy, withCacheHints } from './cacheControl.ts';
import { entities, typeOfEntity } from './resolvers/entities.ts';
import { resolvers } from './resolvers/resolvers.ts';

/** `schema.graphql` with its resolvers, as a federation subgraph. Without a policy the cache hints of the file are used. */
export function buildSchema(policy?: ReusePolicy): GraphQLSchema {
  const written = parse(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  const typeDefs = policy === undefined ? written : withCacheHints(written, policy);
  const schema = buildSubgraphSchema([{ typeDefs, resolvers }]);
  // @apollo/subgraph resolves representations one at a time, and one bad `__typename` fails them all.
  const field = schema.getQueryType()?.getFields()['_entities'];
  const union = schema.getType('_Entity');
  if (field === undefined || !isUnionType(union)) throw new Error('The subgraph schema has no entities.');
  field.resolve = entities;
  union.resolveType = typeOfEntity;
  return schema;
}
