import { GraphQLScalarType, Kind } from 'graphql';
import { toDateTimeArgument } from '../../certificates/dateTime.ts';
import { badUserInput } from '../../errors/SubgraphError.ts';

/** Carries DateTime text as it is: a `Date` would lose the digits below milliseconds. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: (value) => value as string,
  parseValue: readArgument,
  parseLiteral: (node) => readArgument(node.kind === Kind.STRING ? node.value : null),
});

function readArgument(value: unknown): string {
  const dateTime = typeof value === 'string' ? toDateTimeArgument(value) : null;
  if (dateTime !== null) return dateTime;
  throw badUserInput('A DateTime must be RFC 3339 text with a zone, such as "2027-04-26T09:03:30Z".');
}
