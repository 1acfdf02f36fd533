import { type ASTVisitor, GraphQLError, OperationTypeNode, type ValidationContext } from 'graphql';

/** A validation rule: graphql-js meets an operation that the schema has no root type for only when it runs. */
export function queriesOnly(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (node.operation === OperationTypeNode.QUERY) return;
      context.reportError(new GraphQLError(`This service has no ${node.operation}s: send a query.`, { nodes: node }));
    },
  };
}
