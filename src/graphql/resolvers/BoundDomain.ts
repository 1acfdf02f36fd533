import type { BoundDomainResolvers } from '../../generated/resolvers.ts';

export const BoundDomain: BoundDomainResolvers = {
  instance: ({ instanceId }) => (instanceId === null ? null : { id: instanceId }),
};
