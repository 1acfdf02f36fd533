import type { GraphQLResolveInfo } from 'graphql';
import { type Connection, toConnection } from '../../certificates/connection.ts';
import { type FilterInput, readFilter } from '../../certificates/filter.ts';
import { readId } from '../../certificates/id.ts';
import type { Order } from '../../certificates/order.ts';
import { type PageArguments, readPageRequest } from '../../certificates/pageRequest.ts';
import type { Context } from '../../operation/context.ts';
import { isCountOnly } from './selection.ts';

/** The arguments that `Query.certificates` and `RomaInstance.certificates` share. */
export interface CertificatesArguments extends PageArguments {
  readonly filter?: FilterInput | null | undefined;
  readonly orderBy?: Order | null | undefined;
}

/** A page of the list over all instances. */
export async function certificatesOfAll(
  args: CertificatesArguments,
  partial: boolean,
  { loaders }: Context,
): Promise<Connection> {
  const { list: filter, residual } = readFilter(args.filter);
  const request = { filter, residual, order: args.orderBy ?? null, page: readPageRequest(args), partial };
  const { page, unread } = await loaders.estatePage(request);
  return toConnection(
    page,
    unread.map(({ instanceId, error: { code, message, extensions } }) => {
      return { instanceId, code, retryable: extensions.retryable, message };
    }),
  );
}

/** A page of an instance's certificates: validates the arguments, loads the page, and makes the connection. */
export async function certificatesOf(
  instanceId: string,
  args: CertificatesArguments,
  { loaders }: Context,
  info: GraphQLResolveInfo,
): Promise<Connection> {
  const { list, residual } = readFilter(args.filter);
  const page = await loaders.page({
    list: { instanceId: readId('instanceId', instanceId), filter: list },
    residual,
    order: args.orderBy ?? null,
    page: readPageRequest(args),
    countOnly: isCountOnly(info),
  });
  return toConnection(page);
}
