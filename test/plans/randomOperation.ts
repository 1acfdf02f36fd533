import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** A body of a request, as a client would put it into JSON. */
export interface RandomRequest {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string;
}

/** What of the world the operations may name. */
export interface Pools {
  /** Good, unknown, faulty and malformed ones, the plainest first; so everywhere. */
  readonly instanceIds: readonly string[];
  readonly certificateIds: readonly string[];
  readonly cursors: readonly string[];
}

/**
 * An operation made of a tape of numbers, each a choice, with 0 for the plainest one and for all that comes behind the end. So a shorter
 * tape with smaller numbers is a plainer operation, which is how fast-check shrinks. Most are valid.
 */
export function randomRequest(schema: GraphQLSchema, pools: Pools, tape: readonly number[]): RandomRequest {
  return new Author(schema, pools, tape).write();
}

/** Names below one response path, with what was written for them: a name may come again only with the same arguments. */
interface Scope {
  readonly heads: Map<string, { readonly field: AnyField; readonly text: string; readonly below: Scope }>;
}

type AnyField = Pick<GraphQLField<unknown, unknown>, 'name' | 'type' | 'args'>;

const TYPENAME: AnyField = { name: '__typename', type: null as never, args: [] };

/** Names that a code generator could stumble over. */
const aliases = [
  'a',
  'b',
  'data',
  'errors',
  'constructor',
  '__proto__',
  'toString',
  'a_b',
  '_x',
  'certificates_a',
  'idx0',
  '__typename_',
];

/** Members of JavaScript's objects, of Node's, and names that code might be made of. */
const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'process',
  'context',
  '_',
  '__context',
  'literal0',
] as const;

class Author {
  readonly #schema: GraphQLSchema;
  readonly #pools: Pools;
  readonly #tape: readonly number[];
  #at = 0;
  #serial = 0;
  readonly #definitions: string[] = [];
  /** Without a prototype, `__proto__` is a name like any other. */
  readonly #values: Record<string, unknown> = Object.create(null);
  readonly #fragments: { readonly name: string; readonly type: string; readonly text: string }[] = [];
  #fragmentDepth = 0;
  /** So that no operation grows without end. */
  #budget = 60;

  constructor(schema: GraphQLSchema, pools: Pools, tape: readonly number[]) {
    this.#schema = schema;
    this.#pools = pools;
    this.#tape = tape;
  }

  write(): RandomRequest {
    const query = this.#schema.getQueryType();
    if (!query) throw new Error('There is no query type.');
    const selection = this.#selection(query, 0, newScope());
    const name = this.#one(['', 'Named', 'constructor']);
    const variables = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : '';
    const head = name === '' && variables === '' ? '' : `query ${name}${variables} `;
    const fragments = this.#fragments.map(({ name, type, text }) => `fragment ${name} on ${type} ${text}`);
    const one = [`${head}${selection}`, ...fragments].join('\n');
    const sent = this.#sent();
    if (!this.#chance(8) || name === '') return { query: one, ...sent };
    const two = `${one}\nquery Second { certificate(id: "${this.#pools.certificateIds[0]}") { id } }`;
    const operationName = this.#one([name, 'Second', 'Nowhere', '']);
    return { query: two, ...sent, ...(this.#chance(5) ? {} : { operationName }) };
  }

  #sent(): { variables?: unknown } {
    if (this.#chance(12)) return { variables: { ...this.#values, extra: this.#one([1, null, { deep: [] }]) } };
    if (Object.keys(this.#values).length === 0 && !this.#chance(6)) return {};
    return { variables: this.#chance(40) ? null : this.#values };
  }

  #selection(type: GraphQLNamedType, depth: number, scope: Scope): string {
    const count = this.#budget < 0 ? 1 : 1 + this.#number(depth === 0 ? 3 : 4);
    const parts: string[] = [];
    for (let index = 0; index < count || parts.length === 0; index++) parts.push(this.#part(type, depth, scope));
    return `{ ${parts.join(' ')} }`;
  }

  #part(type: GraphQLNamedType, depth: number, scope: Scope): string {
    this.#budget -= 1;
    if (this.#budget < 0 && isUnionType(type)) return '...on Certificate { id }';
    // Below `_entities` there are no fields, only conditions.
    const kind = isUnionType(type) ? this.#one([1, 1, 1, 2, 0]) : this.#one([0, 0, 0, 0, 0, 0, 1, 2]);
    if (kind === 1 || (kind === 2 && this.#fragmentDepth > 2)) {
      const on = this.#condition(type, true);
      const inner = this.#schema.getType(on ?? type.name) ?? type;
      return `...${on === undefined ? '' : ` on ${on}`}${this.#directives()} ${this.#selection(inner, depth, scope)}`;
    }
    if (kind === 2) return `...${this.#fragment(type, depth)}${this.#directives()}`;
    return this.#field(type, depth, scope);
  }

  #condition(type: GraphQLNamedType, optional: boolean): string | undefined {
    if (isUnionType(type))
      return this.#one(['Certificate', 'RomaInstance', 'Certificate', optional ? undefined : '_Entity', '_Entity']);
    const entity = type.name === 'Certificate' || type.name === 'RomaInstance';
    return this.#one([type.name, optional ? undefined : type.name, entity ? '_Entity' : type.name]);
  }

  #fragment(type: GraphQLNamedType, depth: number): string {
    const on = this.#condition(type, false) ?? type.name;
    const known = this.#fragments.filter((fragment) => fragment.type === on);
    if (known.length > 0 && !this.#chance(2)) return this.#one(known.map(({ name }) => name));
    const name = `${this.#one(['F', 'constructor', 'G_'])}${this.#serial++}`;
    this.#fragmentDepth += 1;
    const text = this.#selection(this.#schema.getType(on) ?? type, depth, newScope());
    this.#fragmentDepth -= 1;
    this.#fragments.push({ name, type: on, text });
    return name;
  }

  #field(type: GraphQLNamedType, depth: number, scope: Scope): string {
    const fields = isObjectType(type) ? type.getFields() : {};
    const repeated = [...scope.heads.values()].filter(({ field }) => field.name in fields);
    if (repeated.length > 0 && this.#chance(4)) {
      const { field, text, below } = this.#one(repeated);
      return `${text}${this.#directives()}${this.#below(field, depth, below)}`;
    }
    const field = this.#pickField(type, depth);
    const args = this.#arguments(field.args);
    // Fields with arguments, and all of fragments, get names of their own, so that most operations are valid.
    const mustDiffer = (args !== '' && (this.#fragmentDepth > 0 || scope.heads.has(field.name))) || this.#fragmentDepth > 0;
    const alias = this.#chance(5) ? this.#one(aliases) : undefined;
    const key = mustDiffer && alias !== undefined ? `${alias}${this.#serial++}` : alias;
    const free =
      key !== undefined && !scope.heads.has(key) ? key : args !== '' && mustDiffer ? `f${this.#serial++}` : undefined;
    const text = `${free === undefined ? '' : `${free}: `}${field.name}${args}`;
    const below = newScope();
    if (!scope.heads.has(free ?? field.name)) scope.heads.set(free ?? field.name, { field, text, below });
    const known = scope.heads.get(free ?? field.name);
    return `${text}${this.#directives()}${this.#below(field, depth, known?.below ?? below)}`;
  }

  #pickField(type: GraphQLNamedType, depth: number): AnyField {
    const fields: AnyField[] = isObjectType(type) ? Object.values(type.getFields()) : [];
    if (type === this.#schema.getQueryType()) {
      if (this.#budget < 0) return TYPENAME;
      const usual = ['certificates', 'certificates', 'certificate', '_entities', '_entities'];
      const name = this.#one([...usual, ...usual, '__typename', '_service', '__schema', '__type']);
      if (name === '__typename') return TYPENAME;
      if (name.startsWith('__')) return this.#introspection(name);
      return fields.find((field) => field.name === name) ?? TYPENAME;
    }
    // Deep ones become rarer, and end.
    const allowed =
      depth > 6 || this.#budget < 0 ? fields.filter(({ type: inner }) => !isCompositeType(getNamedType(inner))) : fields;
    // Of introspection, whose depth is limited, little.
    if (type.name.startsWith('__') && depth > 3) return TYPENAME;
    return this.#one([...allowed, TYPENAME]);
  }

  #introspection(name: string): AnyField {
    const type = this.#schema.getType(name === '__schema' ? '__Schema' : '__Type');
    if (!type) throw new Error('There is no introspection.');
    const args =
      name === '__type' ? [{ name: 'name', type: { toString: () => 'String!' } as GraphQLInputType } as GraphQLArgument] : [];
    return { name, type: type as never, args };
  }

  #below(field: AnyField, depth: number, scope: Scope): string {
    if (field === TYPENAME) return '';
    const type = getNamedType(field.type);
    // Seldom wrong on purpose: refused in the same words.
    if (this.#chance(2_000)) return isCompositeType(type) ? '' : ' { nothing }';
    return isCompositeType(type) ? ` ${this.#selection(type, depth + 1, scope)}` : '';
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const written = args.flatMap((arg) => {
      const required = String(arg.type).endsWith('!');
      // Of the arguments that are optional, few at a time.
      if (required ? this.#chance(600) : !this.#chance(arg.name === 'first' ? 2 : 5)) return [];
      return [`${arg.name}: ${this.#value(arg.name, String(arg.type))}`];
    });
    return written.length > 0 ? `(${written.join(', ')})` : '';
  }

  /** A literal or a variable. */
  #value(name: string, type: string): string {
    if (!this.#chance(3)) return this.#literal(name, type);
    return `$${this.#variable(name, type)}`;
  }

  #variable(name: string, type: string): string {
    const variable = this.#variableName();
    const nullable = type.replace(/!$/, '');
    const form = this.#number(6);
    // A variable that may be null fits a place that may not be only with a default.
    const fallback = form === 1 || form === 2 ? ` = ${this.#constant(name, type)}` : '';
    this.#definitions.push(`$${variable}: ${form === 2 || (form === 3 && nullable === type) ? nullable : type}${fallback}`);
    const sent = this.#number(30);
    if (sent === 1) this.#values[variable] = null;
    else if (sent === 2) this.#values[variable] = this.#one([{}, [], 'text', 1.5, true, { a: 1 }, 2 ** 40]);
    else if (sent > 3) this.#values[variable] = this.#json(name, type);
    else if (sent === 0) this.#values[variable] = this.#json(name, type);
    return variable;
  }

  /** Now and then one that every object has. */
  #variableName(): string {
    const odd = this.#chance(12) ? this.#one(ODD_NAMES) : undefined;
    const isTaken = odd !== undefined && this.#definitions.some((definition) => definition.startsWith(`$${odd}:`));
    return odd === undefined || isTaken ? `v${this.#serial++}` : odd;
  }

  #directives(): string {
    if (!this.#chance(6)) return '';
    const condition = (): string => {
      const value = this.#number(4);
      if (value < 2) return String(value === 0);
      const known = Object.keys(this.#values).filter((key) => key.startsWith('is'));
      if (known.length > 0 && this.#chance(2)) return `$${this.#one(known)}`;
      const variable = `is${this.#serial++}`;
      const form = this.#number(3);
      this.#definitions.push(`$${variable}: Boolean${form === 1 ? ' = false' : form === 2 ? '! = true' : '!'}`);
      this.#values[variable] = this.#chance(3);
      if (this.#chance(15)) this.#values[variable] = null;
      if (form !== 0 && this.#chance(4)) delete this.#values[variable];
      return `$${variable}`;
    };
    const directive = (): string => `@${this.#one(['include', 'skip'])}(if: ${condition()})`;
    if (this.#chance(5)) return ` @include(if: ${condition()}) @skip(if: ${condition()})`;
    return ` ${directive()}`;
  }

  #literal(name: string, type: string): string {
    if (type === 'CertificateFilter' || type === 'CertificateOrder' || type === 'CertificateOrder!')
      return this.#inputObject(type);
    return this.#constant(name, type, true);
  }

  /** An input object, some of whose fields are variables. */
  #inputObject(type: string): string {
    const fields =
      type === 'CertificateFilter'
        ? this.#some(filterFields).map(([name, fieldType]) => `${name}: ${this.#value(name, fieldType)}`)
        : [
            `field: ${this.#value('field', 'CertificateOrderField!')}`,
            ...(this.#chance(2) ? [`direction: ${this.#nullableVariable('direction', 'CertificateOrderDirection')}`] : []),
          ];
    return `{ ${fields.join(', ')} }`;
  }

  /** In a place that may not be null but has a default: there a variable that may be null is allowed. */
  #nullableVariable(name: string, type: string): string {
    return this.#value(name, this.#chance(2) ? type : `${type}!`);
  }

  /** A literal without variables, unless it may hold some. */
  #constant(name: string, type: string, mayVary = false): string {
    if (type.startsWith('[_Any')) {
      const list = Array.from({ length: this.#number(4) + 1 }, () => {
        const json = this.#representation();
        if (!mayVary || !this.#chance(4)) return toLiteral(json);
        return `{ __typename: "Certificate", id: $${this.#variable('id', 'ID!')} }`;
      });
      return list.length === 1 && this.#chance(3) ? (list[0] ?? '[]') : `[${list.join(', ')}]`;
    }
    return toLiteral(this.#json(name, type), type.startsWith('Certificate'));
  }

  #json(name: string, type: string): unknown {
    switch (type.replace(/!$/, '')) {
      case 'Int':
        return this.#one([3, 1, 2, 7, 0, 40, 500, 501, -1, null]);
      case 'Boolean':
        return this.#one([true, false]);
      case 'DateTime':
        return this.#one([
          '2027-04-26T09:03:30Z',
          '2026-12-01T11:00:00.5+02:00',
          null,
          ...(this.#chance(12) ? ['soon', 5] : []),
        ]);
      case 'CertificateScope':
        return this.#one(['GLOBAL', 'INSTANCE', null, ...(this.#chance(20) ? ['LUNAR'] : [])]);
      case 'CertificateAlgorithmType':
        return this.#one(['RSA', 'ECC', 'SM2', null]);
      case 'CertificateOrderField':
        return this.#one(['NAME', 'NOT_AFTER', 'CREATED_AT', 'UPDATED_AT']);
      case 'CertificateOrderDirection':
        return this.#one(['ASC', 'DESC', ...(this.#chance(10) ? [null] : [])]);
      case 'CertificateFilter':
        return Object.fromEntries(this.#some(filterFields).map(([field, fieldType]) => [field, this.#json(field, fieldType)]));
      case 'CertificateOrder':
        return {
          field: this.#json('field', 'CertificateOrderField'),
          ...(this.#chance(2) ? { direction: this.#one(['DESC', 'ASC']) } : {}),
        };
      case '[_Any!]':
        return Array.from({ length: this.#number(5) }, () => this.#representation());
      case 'ID':
        return name === 'instanceId'
          ? this.#one(this.#pools.instanceIds)
          : this.#one([...this.#pools.certificateIds, ...(this.#chance(9) ? [5] : [])]);
      default:
        return this.#string(name);
    }
  }

  #string(name: string): string | null {
    if (name === 'after' || name === 'before') return this.#one(this.#pools.cursors);
    if (name === 'coversHost') return this.#one(['www.example.com', '10.0.0.1', '*.example.com', '']);
    if (name === 'signatureAlgorithm') return this.#one(['SHA256-RSA', '16']);
    if (name === 'name' || name === 'commonName')
      return this.#one(['a', 'Certificate', 'prod', '__proto__', 'é"\\\n\u2028', magic, null]);
    return this.#one(['Certificate', '_Entity', 'CertificateFilter', 'nothing', '__Type']);
  }

  #representation(): unknown {
    const id = this.#one(this.#pools.certificateIds);
    const instanceId = this.#one(this.#pools.instanceIds);
    return this.#one<() => unknown>([
      () => ({ __typename: 'Certificate', id }),
      () => ({ __typename: 'Certificate', id, instanceId }),
      () => ({ __typename: 'RomaInstance', id: instanceId }),
      () => ({ __typename: 'Certificate', id: this.#pools.certificateIds[0] }),
      () => ({ __typename: 'Certificate', id, instanceId: null, extra: [1.5, { a: true }] }),
      () => ({ __typename: 'Certificate' }),
      () => ({ __typename: 'Certificate', id: 7 }),
      () => ({ __typename: 'Nothing', id }),
      () => ({ id }),
      () => ({ constructor: 1, __typename: 'RomaInstance', id: 'common' }),
      () => JSON.parse(`{ "__proto__": { "__typename": "Certificate", "id": "${id}" } }`) as unknown,
      () => this.#one(['text', 5, true, []]),
    ])();
  }

  #some<T>(list: readonly T[]): T[] {
    return list.filter(() => this.#chance(5));
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#number(list.length)] as T;
  }

  /** Once in so many times; never when the tape is at its end. */
  #chance(times: number): boolean {
    return this.#number(times) === times - 1;
  }

  /** 0 to below `bound`. */
  #number(bound: number): number {
    return bound <= 1 ? 0 : (this.#tape[this.#at++] ?? 0) % bound;
  }
}

const filterFields = [
  ['name', 'String'],
  ['commonName', 'String'],
  ['signatureAlgorithm', 'String'],
  ['scope', 'CertificateScope'],
  ['algorithmType', 'CertificateAlgorithmType'],
  ['expiresBefore', 'DateTime'],
  ['expiresAfter', 'DateTime'],
  ['coversHost', 'String'],
] as const;

/** Text that some engines take for an expression when it is a literal. */
const magic = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d(globalThis.wasRun=true)';

function newScope(): Scope {
  return { heads: new Map() };
}

/** JSON as GraphQL writes it. */
function toLiteral(json: unknown, isEnum = false): string {
  if (Array.isArray(json)) return `[${json.map((item) => toLiteral(item)).join(', ')}]`;
  if (typeof json === 'object' && json !== null) {
    const isOrder = 'direction' in json || 'field' in json;
    const fields = Object.entries(json).map(
      ([name, value]) => `${name}: ${toLiteral(value, isOrder || name === 'scope' || name === 'algorithmType')}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  return isEnum && typeof json === 'string' ? json : JSON.stringify(json);
}
