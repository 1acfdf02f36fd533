import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, GraphQLError, type OperationDefinitionNode } from 'graphql';
import { SubgraphError } from '../../errors/SubgraphError.ts';
import type { Context } from '../../operation/context.ts';
import { type Counts, countRows, type Variables } from './countRows.ts';

export interface RequestLimits {
  readonly maxEntities: number;
  readonly maxRows: number;
}

/** Refuses an operation that could return more than allowed, before anything of it is executed. */
export function requestLimits(limits: RequestLimits): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, request }) {
          // Without an operation there is nothing to count; Apollo Server is about to say so.
          if (operation === undefined) return;
          const excess = findExcess(countRows(document, operation, request.variables ?? {}), limits);
          if (excess === undefined) return;
          const { message, extensions } = new SubgraphError('REQUEST_LIMIT_EXCEEDED', excess);
          throw new GraphQLError(message, { extensions: { ...extensions, http: { status: 400 } } });
        },
      };
    },
  };
}

/** Whether such an operation would be refused. */
export function exceedsLimits(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  limits: RequestLimits,
): boolean {
  return findExcess(countRows(document, operation, variables), limits) !== undefined;
}

function findExcess({ entities, rows }: Counts, { maxEntities, maxRows }: RequestLimits): string | undefined {
  if (entities > maxEntities) {
    return `This operation has ${entities} representations, and ${maxEntities} are allowed: send them in several operations.`;
  }
  if (rows > maxRows) {
    return `This operation could return ${rows} certificates, and ${maxRows} are allowed: ask for smaller pages with "first" or "last", for fewer lists, or for fewer representations at once.`;
  }
  return undefined;
}
