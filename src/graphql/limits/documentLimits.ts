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

/** What one document may hold. Wide for people, clients and routers; narrow for a document made to keep the service busy. */
export const documentLimits = {
  /** Comments and the texts in it count, too: documents are kept, to be parsed once. */
  characters: 50_000,
  tokens: 10_000,
  /** Selections with every spread written out, so that fragments of fragments can't multiply without end. */
  recursiveSelections: 10_000,
  /** Fields within fields; introspection, which is deep by nature, does not count. */
  depth: 20,
  /** `__typename` counts like any other field. */
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
 * A validation rule: one error for each limit that a document goes beyond. To be run on documents that are valid otherwise and within
 * the limit of recursive selections: it writes out every spread.
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
