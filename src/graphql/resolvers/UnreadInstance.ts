import type { UnreadInstanceResolvers } from '../../generated/resolvers.ts';

export const UnreadInstance: UnreadInstanceResolvers = {
  instance: ({ instanceId }) => ({ id: instanceId }),
};
