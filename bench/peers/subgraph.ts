import { buildSubgraphSchema } from '@apollo/subgraph';
import DataLoader from 'dataloader';
import { parse } from 'graphql';
import type { Certificate } from '../data.ts';
import { findCertificates, type PageArguments, type Reference, readPage } from './romaConnect.ts';
import { typeDefs } from './typeDefs.ts';

export interface Context {
  readonly certificates: DataLoader<Reference, Certificate | null, string>;
}

/** A DataLoader for each request, as its README says. */
export function createContext(): Context {
  return { certificates: new DataLoader(findCertificates, { cacheKeyFn: ({ id, instanceId }) => `${instanceId} ${id}` }) };
}

const resolvers = {
  Query: { certificates: (_root: unknown, args: PageArguments) => readPage(args) },
  Certificate: {
    __resolveReference: (reference: Reference, { certificates }: Context) => certificates.load(reference),
  },
};

export const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]);
