import type { RomaInstanceResolvers } from '../../generated/resolvers.ts';
import { certificatesOf } from './certificates.ts';

export const RomaInstance: RomaInstanceResolvers = {
  name: async ({ id }, _args, { loaders }) => (await loaders.instances.listed(id))?.name ?? null,
  status: async ({ id }, _args, { loaders }) => (await loaders.instances.listed(id))?.status ?? null,
  certificates: ({ id }, args, context, info) => certificatesOf(id, args, context, info),
};
