import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, isUnionType, parse } from 'graphql';
import { entities, typeOfEntity } from '../resolvers/entities.ts';
import { resolvers } from '../resolvers/resolvers.ts';

/** `schema.graphql` with its resolvers, as a federation subgraph. */
export function buildSchema(): GraphQLSchema {
  const typeDefs = parse(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  const schema = buildSubgraphSchema([{ typeDefs, resolvers }]);
  // @apollo/subgraph resolves one representation at a time, and lets one bad `__typename` fail them all.
  const field = schema.getQueryType()?.getFields()['_entities'];
  const union = schema.getType('_Entity');
  if (field === undefined || !isUnionType(union)) throw new Error('The subgraph schema has no entities.');
  field.resolve = entities;
  union.resolveType = typeOfEntity;
  return schema;
}
