import {
  type ArgumentNode,
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  TypeInfo,
  type TypeNode,
  type ValueNode,
  type VariableDefinitionNode,
  valueFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** A value that a document has written out. */
interface Literal {
  readonly name: string;
  readonly node: ValueNode;
  readonly type: GraphQLInputType;
}

/** One operation as graphql-jit compiles it rightly and safely: see {@link specialise}. */
export interface Special {
  readonly document: DocumentNode;
  /** Adds what stands for the literals. Undefined when an argument does not come out right: what is to be said then, Apollo Server knows. */
  complete(variables: Variables): Variables | undefined;
}

/**
 * Rewrites an operation so that no literal and no `@skip` or `@include` is left in it. graphql-jit writes literals into the code that
 * it makes, with some strings replaced by expressions, so that a caller could have any code run; it knows no defaults and no missing
 * variables inside of them; and it mixes up the conditions of fragments that are spread more than once. Undefined: not to be compiled.
 */
export function specialise(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Special | undefined {
  const literals: Literal[] = [];
  const required: string[] = [];
  const typeInfo = new TypeInfo(schema);
  const taken = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
  let fits = true;

  const lift = (argument: ArgumentNode): ArgumentNode | undefined => {
    const type = typeInfo.getArgument()?.type;
    if (type === undefined) {
      fits = false;
      return undefined;
    }
    if (argument.value.kind === Kind.VARIABLE) {
      if (isNonNullType(type)) required.push(argument.value.name.value);
      return undefined;
    }
    const name = `literal${literals.length}`;
    if (taken.has(name)) fits = false;
    literals.push({ name, node: argument.value, type });
    return { ...argument, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } };
  };
  const choose = <Node extends { readonly directives?: readonly DirectiveNode[] }>(node: Node): Node | null | undefined => {
    if (!node.directives?.length) return undefined;
    return node.directives.every((directive) => isChosen(directive, variables)) ? { ...node, directives: [] } : null;
  };
  const alone = {
    ...document,
    definitions: document.definitions.filter((node) => node === operation || node.kind === Kind.FRAGMENT_DEFINITION),
  };
  const plain = visit(
    alone,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        if (!isNameable((node.alias ?? node.name).value, node.selectionSet !== undefined)) fits = false;
        return choose(node);
      },
      FragmentSpread: choose,
      InlineFragment: choose,
      Argument: lift,
      // Applied by graphql-js before the plan is run.
      VariableDefinition: ({ defaultValue: _, ...node }) => node,
    }),
  );
  if (!fits) return undefined;
  const definitions = literals.map(toDefinition);
  const constants: Record<string, unknown> = {};
  const varying: Literal[] = [];
  for (const literal of literals) {
    if (variablesIn(literal.node).length > 0) varying.push(literal);
    // Validation has seen that it fits.
    else constants[literal.name] = valueFromAST(literal.node, literal.type);
  }
  return {
    document: visit(plain, {
      OperationDefinition: (node) => ({ ...node, variableDefinitions: [...(node.variableDefinitions ?? []), ...definitions] }),
    }),
    complete(coerced) {
      if (required.some((name) => coerced[name] == null)) return undefined;
      const values: Record<string, unknown> = { ...coerced, ...constants };
      for (const { name, node, type } of varying) {
        const value = valueFromAST(node, type, coerced);
        if (value === undefined) return undefined;
        values[name] = value;
      }
      return values;
    },
  };
}

/** The variables that `@skip` and `@include` of a document read. */
export function conditionsOf(document: DocumentNode): string[] {
  const names: string[] = [];
  visit(document, {
    Directive(node) {
      names.push(...variablesIn(node));
    },
  });
  return [...new Set(names)];
}

function variablesIn(node: ASTNode): string[] {
  const names: string[] = [];
  visit(node, {
    Variable({ name }) {
      names.push(name.value);
    },
  });
  return names;
}

function isChosen({ name, arguments: [condition] = [] }: DirectiveNode, variables: Variables): boolean {
  if (condition === undefined) return true;
  const { value } = condition;
  const holds = value.kind === Kind.VARIABLE ? variables[value.name.value] : value.kind === Kind.BOOLEAN && value.value;
  return name.value === 'skip' ? holds === false : holds === true;
}

/**
 * graphql-jit writes response keys into object literals, where `__proto__` is none; and it tells fields by their paths joined with `_`,
 * which must not be ambiguous: a name may begin with `_` and have no other.
 */
function isNameable(key: string, isComposite: boolean): boolean {
  return isComposite ? /^_*[^_]+$/.test(key) : key !== '__proto__';
}

function toDefinition({ name, type }: Literal): VariableDefinitionNode {
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
    type: toTypeNode(type),
  };
}

function toTypeNode(type: GraphQLInputType): TypeNode {
  return parseType(String(type), { noLocation: true });
}
