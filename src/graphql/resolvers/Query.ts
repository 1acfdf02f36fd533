import { readId } from '../../certificates/id.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';
import { admitField } from './admitField.ts';
import { certificatesOf, certificatesOfAll } from './certificates.ts';

export const Query: QueryResolvers = {
  certificates: (_root, args, context, info) => {
    admitField(context, info);
    return args.instanceId == null
      ? certificatesOfAll(args, args.partial, context)
      : certificatesOf(args.instanceId, args, context, info);
  },
  instances: async (_root, _args, { loaders }) => (await loaders.instances.ids()).map((id) => ({ id })),
  certificate: async (_root, { id }, { loaders }) => loaders.certificate({ id: readId('id', id), instanceId: null }),
};
