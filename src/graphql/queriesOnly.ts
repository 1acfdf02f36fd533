import { type ASTVisitor, GraphQLError, OperationTypeNode, type ValidationContext } from 'graphql';

/** A validation rule against operations without a root type in the schema, which graphql-js would refuse only at execution. */
export function queriesOnly(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (node.operation === OperationTypeNode.QUERY) return;
      context.reportError(new GraphQLError(`This service has no ${node.operation}s: send a query.`, { nodes: node }));
    },
  };
}
