import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../operation/context.ts';

/** Throws the error of a root field that exceeds the limits. */
export function admitField({ admission }: Context, info: GraphQLResolveInfo): void {
  const refusal = admission?.refusal(responseKeyOf(info));
  if (refusal !== undefined) throw refusal;
}

export function responseKeyOf({ fieldNodes: [node], fieldName }: GraphQLResolveInfo): string {
  return (node?.alias ?? node?.name)?.value ?? fieldName;
}
