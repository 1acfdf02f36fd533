import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** Limits of one document. People, clients and routers do not reach them; attacks do. */
export const documentLimits = {
  /** Comments and strings count, too, because documents are kept in memory. */
  characters: 50_000,
  tokens: 10_000,
  /** Selections after all fragment spreads are written out: nested fragments multiply. */
  recursiveSelections: 10_000,
  /** Levels of fields. Introspection does not count, because it is deep. */
  depth: 20,
  /** Including `__typename`. */
  aliases: 300,
  rootFields: 300,
  directives: 100,
  /** Definitions, spreads and inline fragments. */
  fragments: 500,
} as const;

type Measured = 'depth' | 'aliases' | 'rootFields' | 'directives' | 'fragments';

const names: Readonly<Record<Measured, string>> = {
  depth: 'levels of fields',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
  fragments: 'fragments',
};

/**
 * A validation rule: one error for each limit that a document exceeds. Run it only on documents that are otherwise valid and within the
 * limit of recursive selections, because it writes out all spreads.
 */
export function documentLimitsRule(context: ValidationContext): ASTVisitor {
  return {
    Document(document) {
      const length = document.loc?.source.body.length ?? 0;
      if (length > documentLimits.characters) {
        const message = `The document has ${length} characters, and ${documentLimits.characters} are allowed: send what is long as variables, or several operations.`;
        context.reportError(new GraphQLError(message));
      }
      for (const operation of document.definitions) {
        if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
        for (const [what, count] of Object.entries(measure(document, operation)) as [Measured, number][]) {
          const limit = documentLimits[what];
          if (count > limit) context.reportError(new GraphQLError(toMessage(names[what], count, limit), { nodes: operation }));
        }
      }
    },
  };
}

function toMessage(what: string, count: number, limit: number): string {
  return `The operation has ${count} ${what}, and ${limit} are allowed: send it in several parts.`;
}

function measure(document: DocumentNode, operation: OperationDefinitionNode): Record<Measured, number> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const counts = {
    depth: 0,
    aliases: 0,
    rootFields: 0,
    directives: operation.directives?.length ?? 0,
    fragments: fragments.size,
  };
  const walk = ({ selections }: SelectionSetNode, depth: number): void => {
    for (const selection of selections) {
      counts.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        const { alias, name, selectionSet } = selection;
        if (alias !== undefined) counts.aliases += 1;
        if (depth === 1) counts.rootFields += 1;
        counts.depth = Math.max(counts.depth, depth);
        if (selectionSet !== undefined && !name.value.startsWith('__')) walk(selectionSet, depth + 1);
      } else {
        counts.fragments += 1;
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        if (fragment !== undefined) walk(fragment.selectionSet, depth);
      }
    }
  };
  walk(operation.selectionSet, 1);
  return counts;
}
