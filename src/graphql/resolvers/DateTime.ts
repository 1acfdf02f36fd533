import { GraphQLScalarType, valueFromASTUntyped } from 'graphql';

/**
 * Carries DateTime text as it is: a `Date` would lose the digits below milliseconds. What a caller sends is judged by the field that it is
 * for, so that the error has a path and a code, which gateways take from a request error.
 */
export const DateTime = new GraphQLScalarType<unknown, string>({
  name: 'DateTime',
  serialize: (value) => value as string,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
