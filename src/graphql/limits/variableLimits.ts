import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, Kind, type OperationDefinitionNode, type TypeNode } from 'graphql';
import type { Context } from '../../operation/context.ts';
import type { Variables } from './countRows.ts';

/** No input of this schema has more than two dozen fields. */
const MAX_FIELDS = 200;

/** Representations may have any fields, and are checked one by one. */
const ANY = '_Any';

/**
 * Refuses values with many more fields than any input of the schema. For each unknown field, graphql-js would print the whole value, and
 * compare the name with all others to suggest one.
 */
export const limitVariables: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, request: { variables = {} } }) {
        const name = operation === undefined ? undefined : findTooWide(operation, variables);
        if (name === undefined) return;
        throw new GraphQLError(
          `The variable "$${name}" has more than ${MAX_FIELDS} fields, and no input has so many: send those that the schema has.`,
          { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } },
        );
      },
    };
  },
};

/** The name of a variable with too many fields, if there is one. */
export function findTooWide({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): string | undefined {
  for (const { variable, type } of variableDefinitions) {
    const name = variable.name.value;
    if (nameOf(type) !== ANY && Object.hasOwn(variables, name) && countFields(variables[name], MAX_FIELDS) > MAX_FIELDS)
      return name;
  }
  return undefined;
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

/** graphql-js prints only the first items of a list. */
const WRITTEN_ITEMS = 10;

/** Counts fields of objects at all levels; stops beyond `most`. */
function countFields(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.slice(0, WRITTEN_ITEMS).reduce((sum, item) => sum + countFields(item, most), 0);
  let count = 0;
  for (const key in value) {
    count += 1 + countFields((value as Record<string, unknown>)[key], most);
    if (count > most) break;
  }
  return count;
}
