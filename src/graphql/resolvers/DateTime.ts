import { GraphQLScalarType, valueFromASTUntyped } from 'graphql';

/**
 * Passes DateTime text on unchanged: a `Date` would lose the digits below milliseconds. The field validates the text of a caller, so that the
 * error has a path and keeps its code; gateways remove the code of a request error.
 */
export const DateTime = new GraphQLScalarType<unknown, string>({
  name: 'DateTime',
  serialize: (value) => value as string,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
