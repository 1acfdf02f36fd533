import type { RomaInstanceResolvers } from '../../generated/resolvers.ts';
import { certificatesOf } from './certificates.ts';

export const RomaInstance: RomaInstanceResolvers = {
  certificates: ({ id }, args, context, info) => certificatesOf(id, args, context, info),
};
