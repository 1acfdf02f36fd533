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
  /** Representations. */
  readonly entities: number;
  /** Certificates on the pages of lists. */
  readonly rows: number;
  /** Lists, with or without a page. */
  readonly connections: number;
  /** Fields, each counted as often as it is returned, and more for a long key: the time and memory of an answer grow with them. */
  readonly values: number;
}

export type Variables = Readonly<Record<string, unknown>>;

/**
 * How much each root field of a validated operation could return at most, by response key, from its text and variables alone. Page sizes
 * are multiplied along each path, and added over response keys as graphql-js merges them. Arguments are not validated here: one of a wrong
 * type or size counts as a valid one, and its field refuses it later. Below representations, at most `maxEntities` of one field are counted.
 */
export function countRootFields(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  maxEntities: number,
): Map<string, Counts> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return new Counter(fragments, declared(operation, variables), maxEntities).ofOperation(operation);
}

type Cost = Omit<Counts, 'entities'>;

const NOTHING: Cost = { rows: 0, connections: 0, values: 0 };

/** A key is written with each value. This many characters of it count as one value. */
const CHARACTERS_OF_VALUE = 40;

/** Lists of text, with their assumed sizes: as `@listSize` of the schema. */
const TEXTS: Readonly<Record<string, number>> = { subjectAlternativeNames: 5 };

/** The cost of a field without its subfields. */
function ownValues(node: FieldNode): number {
  const key = (node.alias ?? node.name).value;
  const texts = Object.hasOwn(TEXTS, node.name.value) ? (TEXTS[node.name.value] ?? 0) : 0;
  return 1 + texts + Math.floor(key.length / CHARACTERS_OF_VALUE);
}

class Counter {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Variables;
  readonly #maxEntities: number;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>, variables: Variables, maxEntities: number) {
    this.#fragments = fragments;
    this.#variables = variables;
    this.#maxEntities = maxEntities;
  }

  ofOperation({ selectionSet }: OperationDefinitionNode): Map<string, Counts> {
    const counts = new Map<string, Counts>();
    for (const [key, nodes] of this.#fields([selectionSet])) {
      const [node] = nodes;
      const representations = node?.name.value === '_entities' ? this.#representations(node) : [];
      counts.set(key, { entities: representations.length, ...this.#ofField(nodes, representations) });
    }
    return counts;
  }

  /** Below one object. `type` is needed only where a fragment may not apply: below `_entities`. */
  #ofObject(selectionSets: readonly SelectionSetNode[], type?: string): Cost {
    let rows = 0;
    let connections = 0;
    let values = 0;
    for (const nodes of this.#fields(selectionSets, type).values()) {
      const field = this.#ofField(nodes, []);
      rows += field.rows;
      connections += field.connections;
      values += field.values;
    }
    return { rows, connections, values };
  }

  #ofField(nodes: readonly FieldNode[], representations: readonly unknown[]): Cost {
    const [node] = nodes;
    const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    // The answer to introspection is bounded by the schema.
    if (node === undefined) return NOTHING;
    const own = ownValues(node);
    if (selectionSets.length === 0 || node.name.value.startsWith('__')) return { ...NOTHING, values: own };
    // The name is enough: in this schema, each field named `certificates` is a page.
    if (node.name.value === 'certificates') return this.#ofPage(node, selectionSets);
    if (node.name.value === '_entities') return this.#ofEntities(representations, selectionSets);
    const below = this.#ofObject(selectionSets);
    return { ...below, values: own + below.values };
  }

  #ofPage(node: FieldNode, selectionSets: readonly SelectionSetNode[]): Cost {
    const size = this.#pageSize(node);
    const copies = { nodes: 0, edges: 0 };
    let rows = 0;
    let connections = 1;
    let values = ownValues(node);
    for (const nodes of this.#fields(selectionSets).values()) {
      const name = nodes[0]?.name.value;
      const isOfRows = name === 'nodes' || name === 'edges';
      if (isOfRows) copies[name]++;
      const times = isOfRows ? size : 1;
      const field = this.#ofField(nodes, []);
      rows += times * field.rows;
      connections += times * field.connections;
      values += times * field.values;
    }
    // `nodes` and `edges` are two views of one page. Further aliases of either are further copies in the answer.
    return { rows: rows + size * Math.max(copies.nodes, copies.edges), connections, values };
  }

  #ofEntities(representations: readonly unknown[], selectionSets: readonly SelectionSetNode[]): Cost {
    let rows = 0;
    let connections = 0;
    let values = representations.length;
    const answered = representations.slice(0, this.#maxEntities);
    for (const type of ENTITY_TYPES) {
      const count = answered.filter((representation) => typeOf(representation) === type).length;
      if (count === 0) continue;
      const each = this.#ofObject(selectionSets, type);
      rows += count * each.rows;
      connections += count * each.connections;
      values += count * each.values;
    }
    return { rows, connections, values };
  }

  #representations(node: FieldNode): readonly unknown[] {
    const sent = this.#argument(node, 'representations') ?? [];
    return Array.isArray(sent) ? sent : [sent];
  }

  #pageSize(node: FieldNode): number {
    const size = this.#argument(node, 'first') ?? this.#argument(node, 'last') ?? DEFAULT_PAGE_SIZE;
    // The resolver refuses a size that is out of range.
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

/** A representation of another type is an error, and has no cost. */
const ENTITY_TYPES = ['Certificate', 'RomaInstance'] as const;

function typeOf(representation: unknown): unknown {
  return (representation as { __typename?: unknown } | null)?.__typename;
}

/** The variables that the operation declares. A request may have others, which are ignored. */
function declared({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): Variables {
  return Object.fromEntries(
    variableDefinitions.map(({ variable: { name }, defaultValue }) => {
      if (Object.hasOwn(variables, name.value)) return [name.value, variables[name.value]];
      return [name.value, defaultValue && valueFromASTUntyped(defaultValue)];
    }),
  );
}
