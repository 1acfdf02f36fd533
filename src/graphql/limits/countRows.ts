import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../certificates/pageRequest.ts';

export interface Counts {
  /** Representations, over the whole operation. */
  readonly entities: number;
  /** Certificates on the pages of lists, over the whole operation. */
  readonly rows: number;
}

export type Variables = Readonly<Record<string, unknown>>;

/**
 * What a validated operation could return at most, from its text and variables alone. Page sizes multiply along each path, and add up
 * over response keys as graphql-js merges them. Nothing is judged here: an argument of a wrong type or size counts as what it
 * could return if it were right, and is refused where it is read.
 */
export function countRows(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): Counts {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const counter = new Counter(fragments, withDefaults(operation, variables));
  const rows = counter.rowsOf([operation.selectionSet]);
  return { entities: counter.entities, rows };
}

class Counter {
  entities = 0;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Variables;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, variables: Variables) {
    this.#fragments = fragments;
    this.#variables = variables;
  }

  /** Rows below one object. `type` is needed only where a fragment may not apply: below `_entities`. */
  rowsOf(selectionSets: readonly SelectionSetNode[], type?: string): number {
    let rows = 0;
    for (const nodes of this.#fields(selectionSets, type).values()) rows += this.#rowsOfField(nodes);
    return rows;
  }

  #rowsOfField(nodes: readonly FieldNode[]): number {
    const [node] = nodes;
    const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (node === undefined || selectionSets.length === 0) return 0;
    // Names suffice: `certificates` is a page on both types that have it, and no other field of the schema bears its name.
    if (node.name.value === 'certificates') return this.#rowsOfPages(node, selectionSets);
    if (node.name.value === '_entities') return this.#rowsOfEntities(node, selectionSets);
    return this.rowsOf(selectionSets);
  }

  #rowsOfPages(node: FieldNode, selectionSets: readonly SelectionSetNode[]): number {
    const fields = [...this.#fields(selectionSets).values()];
    const sent = (field: string): number => fields.filter(([first]) => first?.name.value === field).length;
    // `nodes` and `edges` are two views of one page; further aliases of either are further copies in the answer.
    const copies = Math.max(sent('nodes'), sent('edges'));
    return this.#pageSize(node) * (copies + this.rowsOf(selectionSets));
  }

  #rowsOfEntities(node: FieldNode, selectionSets: readonly SelectionSetNode[]): number {
    const sent = this.#argument(node, 'representations') ?? [];
    const representations: unknown[] = Array.isArray(sent) ? sent : [sent];
    this.entities += representations.length;
    let rows = 0;
    for (const [type, count] of countTypes(representations)) rows += count * this.rowsOf(selectionSets, type);
    return rows;
  }

  #pageSize(node: FieldNode): number {
    const size = this.#argument(node, 'first') ?? this.#argument(node, 'last') ?? DEFAULT_PAGE_SIZE;
    // A size out of range is refused where it is read, with a message of its own.
    return typeof size === 'number' ? Math.min(Math.max(size, 0), MAX_PAGE_SIZE) : DEFAULT_PAGE_SIZE;
  }

  /** The fields of an object by response key, as graphql-js collects them. */
  #fields(selectionSets: readonly SelectionSetNode[], type?: string): Map<string, FieldNode[]> {
    const fields = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (!this.#isIncluded(selection)) continue;
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const nodes = fields.get(key);
          if (nodes === undefined) fields.set(key, [selection]);
          else nodes.push(selection);
          continue;
        }
        let fragment: FragmentDefinitionNode | typeof selection | undefined = selection;
        if (fragment.kind === Kind.FRAGMENT_SPREAD) {
          const name = fragment.name.value;
          fragment = visited.has(name) ? undefined : this.#fragments.get(name);
          visited.add(name);
        }
        if (fragment !== undefined && 'selectionSet' in fragment && applies(fragment.typeCondition?.name.value, type)) {
          collect(fragment.selectionSet);
        }
      }
    };
    selectionSets.forEach(collect);
    return fields;
  }

  #isIncluded({ directives = [] }: Pick<FieldNode, 'directives'>): boolean {
    return directives.every(({ name, arguments: [condition] = [] }) => {
      if (condition === undefined) return true;
      if (name.value === 'skip') return this.#value(condition.value) !== true;
      return name.value !== 'include' || this.#value(condition.value) !== false;
    });
  }

  #argument(node: FieldNode, name: string): unknown {
    const argument = node.arguments?.find((candidate) => candidate.name.value === name);
    return argument === undefined ? undefined : this.#value(argument.value);
  }

  #value(node: ValueNode): unknown {
    if (node.kind !== Kind.VARIABLE) return valueFromASTUntyped(node, this.#variables);
    return Object.hasOwn(this.#variables, node.name.value) ? this.#variables[node.name.value] : undefined;
  }
}

/** Whether a fragment on `condition` can apply to an object of `type`. */
function applies(condition: string | undefined, type: string | undefined): boolean {
  return condition === undefined || type === undefined || condition === type || condition === '_Entity';
}

function countTypes(representations: readonly unknown[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const representation of representations) {
    const type = (representation as { __typename?: unknown } | null)?.__typename;
    if (typeof type === 'string') counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

function withDefaults({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): Variables {
  const missing = variableDefinitions.filter(
    ({ variable, defaultValue }) => defaultValue !== undefined && !Object.hasOwn(variables, variable.name.value),
  );
  const defaults = missing.map(({ variable, defaultValue }) => [
    variable.name.value,
    defaultValue && valueFromASTUntyped(defaultValue),
  ]);
  return { ...Object.fromEntries(defaults), ...variables };
}
