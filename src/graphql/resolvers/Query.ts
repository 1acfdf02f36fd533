import { readId } from '../../certificates/id.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';
import { admitField } from './admitField.ts';
import { certificatesOf } from './certificates.ts';

export const Query: QueryResolvers = {
  certificates: (_root, args, context, info) => {
    admitField(context, info);
    return certificatesOf(args.instanceId, args, context, info);
  },
  certificate: async (_root, { id }, { loaders }) => loaders.certificate({ id: readId('id', id), instanceId: null }),
};
