import { type ASTNode, type GraphQLError, type GraphQLFormattedError, locatedError, responsePathAsArray } from 'graphql';
import { formatError } from '../formatError.ts';

type Path = Parameters<typeof responsePathAsArray>[0];

/** What was thrown, and where. It becomes a GraphQLError only once for all the places that have the same nodes: making one is slow. */
export class Failure {
  readonly cause: unknown;
  readonly nodes: readonly ASTNode[];
  readonly path: Path;

  constructor(cause: unknown, nodes: readonly ASTNode[], path: Path) {
    this.cause = cause;
    this.nodes = nodes;
    this.path = path;
  }
}

/** What a client sees of failures, in their order. `report` gets each cause. */
export function toShown(failures: readonly Failure[], report: (error: GraphQLError) => void): GraphQLFormattedError[] {
  const known = new Map<unknown, Map<readonly ASTNode[], GraphQLFormattedError>>();
  return failures.map(({ cause, nodes, path: end }) => {
    const path = responsePathAsArray(end);
    const byNodes = known.get(cause) ?? new Map<readonly ASTNode[], GraphQLFormattedError>();
    const before = byNodes.get(nodes);
    if (before !== undefined) return { ...before, path };
    const error = locatedError(cause, nodes, path);
    report(error);
    const shown = formatError(error.toJSON(), error);
    known.set(cause, byNodes.set(nodes, shown));
    return shown;
  });
}
