import { createHash } from 'node:crypto';

/** What one client sends, again and again. */
export interface Attack {
  readonly name: string;
  /** The body of a request; `at` counts them. */
  body(at: number): string;
  /** Default: a token that is good. */
  readonly token?: string;
  /** So many of it fill what is kept between operations, up to its bound. */
  readonly fills?: number;
}

const repeat = (count: number, part: (at: number) => string, separator = ' '): string =>
  Array.from({ length: count }, (_, at) => part(at)).join(separator);
const send = (query: string, variables: object = {}): string => JSON.stringify({ query, variables });
const instances = (count: number): object[] =>
  Array.from({ length: count }, (_, at) => ({ __typename: 'RomaInstance', id: `i${at}` }));
const entities = (selections: string, more = ''): string =>
  `query ($r: [_Any!]!${more}) { _entities(representations: $r) { ${selections} } }`;

/** Each made the process end, or stand still, when limits counted something else than what is spent. */
export function attacksOn([instanceId = '']: readonly string[]): Attack[] {
  const list = (rest: string): string => `certificates(instanceId: "${instanceId}"${rest})`;
  const filtered = (filter: string, count: number): string =>
    `{ ${repeat(count, (at) => `a${at}: ${list(`, filter: { ${filter.replaceAll('#', String(at))} }`)} { totalCount }`)} }`;

  const nested = (first: number, names: number): string =>
    `{ ${list(`, first: ${first}`)} { nodes { instance { certificates(first: 500) { nodes { ${repeat(names, (at) => `n${at}: name`)} } } } } } }`;

  const constant = (name: string, body: string, more: Partial<Attack> = {}): Attack => ({ name, body: () => body, ...more });
  const longText = (argument: string, text: string): Attack[] => [
    constant(
      `long ${argument}, 300 aliases`,
      send(
        `query ($t: String) { ${repeat(300, (at) => `a${at}: certificates(instanceId: "i${at}", filter: { ${argument}: $t }) { totalCount }`)} }`,
        { t: text },
      ),
    ),
    constant(
      `long ${argument}, 1,000 representations`,
      send(entities(`... on RomaInstance { certificates(filter: { ${argument}: $t }) { totalCount } }`, ', $t: String'), {
        r: instances(1_000),
        t: text,
      }),
    ),
  ];

  return [
    ...neighbours(instanceId),
    ...['name', 'commonName', 'signatureAlgorithm', 'search'].flatMap((argument) => longText(argument, 'x'.repeat(900_000))),
    ...longText('coversHost', 'ä'.repeat(450_000)),
    constant(
      'long cursor, 300 aliases',
      send(`query ($c: String) { ${repeat(300, (at) => `a${at}: ${list(', after: $c')} { totalCount }`)} }`, {
        c: 'x'.repeat(900_000),
      }),
    ),
    constant(
      'long DateTime, 300 aliases',
      send(
        `query ($t: DateTime) { ${repeat(300, (at) => `a${at}: ${list(', filter: { expiresBefore: $t }')} { totalCount }`)} }`,
        {
          t: `2027-04-26T09:03:30.${'0'.repeat(900_000)}Z`,
        },
      ),
    ),
    constant(
      '1,000 instances × 300 lists without rows',
      send(entities(`... on RomaInstance { ${repeat(300, (at) => `a${at}: certificates { totalCount }`)} }`), {
        r: instances(1_000),
      }),
    ),
    constant(
      '1,000 instances × 4 lists on an upstream that refuses',
      send(entities(`... on RomaInstance { ${repeat(4, (at) => `a${at}: certificates { totalCount }`)} }`), {
        r: instances(1_000),
      }),
      { token: 'worthless' },
    ),
    constant(
      '50 instances with a worthless token × 20 lists',
      send(entities(`... on RomaInstance { ${repeat(20, (at) => `a${at}: certificates(first: ${at}) { nodes { id } }`)} }`), {
        r: instances(50),
      }),
      { token: 'worthless' },
    ),
    {
      name: 'a thousand outcomes of ten conditions',
      body: (at) => {
        const names = Array.from({ length: 10 }, (_, bit) => `b${bit}`);
        const fields = names.map((name) => `... @include(if: $${name}) { ${repeat(20, (field) => `${name}_${field}: name`)} }`);
        return send(
          `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) { ${list('')} { nodes { id ${fields.join(' ')} } } }`,
          {
            ...Object.fromEntries(names.map((name, bit) => [name, ((at >> bit) & 1) === 1])),
          },
        );
      },
    },
    { name: 'distinct comments of 500 KB', body: (at) => send(`{ __typename } # ${at} ${'x'.repeat(500_000)}`) },
    {
      name: 'distinct documents as long as is allowed',
      fills: 200,
      body: (at) => send(`{ __typename } # ${at} ${'x'.repeat(49_000)}`),
    },
    {
      name: 'distinct documents with as many aliases as are allowed, each compiled',
      fills: 240,
      body: (at) => send(`{ a${at >> 1}: ${list(', first: 1')} { nodes { ${repeat(280, (field) => `a${field}: name`)} } } }`),
    },
    {
      name: 'distinct persisted queries of 20 KB',
      fills: 250,
      body: (at) => {
        const query = `{ __typename } # ${at} ${'x'.repeat(20_000)}`;
        const sha256Hash = createHash('sha256').update(query).digest('hex');
        return JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash } } });
      },
    },
    constant(
      '44,000 distinct types × 300 aliases',
      send(`query ($r: [_Any!]!) { ${repeat(300, (at) => `a${at}: _entities(representations: $r) { __typename }`)} }`, {
        r: Array.from({ length: 44_000 }, (_, at) => ({ __typename: `T${at}` })),
      }),
    ),
    constant(
      '1,000 certificates with long IDs',
      send(entities('... on Certificate { id }'), {
        r: Array.from({ length: 1_000 }, (_, at) => ({ __typename: 'Certificate', id: `${at}${'x'.repeat(900)}` })),
      }),
    ),
    constant('9,999 representations', send(entities('__typename'), { r: instances(9_999) })),
    constant('10,000 representations', send(entities('__typename'), { r: instances(10_000) })),
    constant('300 hosts over 20,000 rows', send(filtered('coversHost: "h#.example"', 300))),
    constant('300 ends over 20,000 rows', send(filtered('expiresBefore: "2027-01-01T00:00:00.#Z"', 300))),
    constant(
      'every order × 27 filters over 20,000 rows',
      send(
        `{ ${['NOT_AFTER', 'CREATED_AT', 'UPDATED_AT', 'NAME']
          .flatMap((field) => ['ASC', 'DESC'].map((direction) => [field, direction] as const))
          .flatMap(([field, direction]) =>
            Array.from(
              { length: 27 },
              (_, at) =>
                `${field}_${direction}_${at}: ${list(`, orderBy: { field: ${field}, direction: ${direction} }, filter: { coversHost: "h${at}.example" }, first: 1`)} { nodes { id } }`,
            ),
          )
          .join(' ')} }`,
      ),
    ),
    constant('49,000 rows × 190 names', send(nested(98, 190))),
    constant('as many values as are allowed', send(nested(30, 11))),
    constant(
      'a long alias of each of 50,000 rows',
      send(
        `{ ${repeat(100, (at) => `a${at}: ${list(', first: 500')} { ...F }`)} } fragment F on CertificateConnection { nodes { ${'k'.repeat(40_000)}: id } }`,
      ),
    ),
    constant(
      'as many lists of names as are allowed',
      send(
        `{ ${repeat(16, (at) => `a${at}: ${list(', first: 500')} { nodes { ${repeat(10, (field) => `f${field}: subjectAlternativeNames`)} } }`)} }`,
      ),
    ),
    constant('as many rows in pages of pages', send(nested(97, 1))),
    constant(
      'as many rows as are allowed',
      send(`{ ${repeat(100, (at) => `a${at}: ${list(', first: 500')} { nodes { id } }`)} }`),
    ),
    constant(
      'a page size named like a member of objects',
      send(
        `query ($__proto__: Int) { ${list(', first: 500')} { nodes { instance { certificates(first: $__proto__) { nodes { id } } } } } }`,
        JSON.parse('{"__proto__": 500}'),
      ),
    ),
    constant(
      'pages in pages',
      send(`{ ${list(', first: 500')} { nodes { instance { certificates(first: 500) { nodes { id } } } } } }`),
    ),
    constant(
      'variables that are deep',
      `{"query":"{ __typename }","variables":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    ),
    constant(
      'variables that are wide',
      send('{ __typename }', Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`v${at}`, at]))),
    ),
    constant('a text of 10,000 tokens', send(`{ ${'__typename '.repeat(9_990)} }`)),
  ];
}

/** Every argument and variable long, wide, deep or repeated, whatever its type. */
function neighbours(instanceId: string): Attack[] {
  const args: readonly (readonly [name: string, type: string, use: string])[] = [
    ['instanceId', 'ID!', 'certificates(instanceId: $v) { totalCount }'],
    ['id', 'ID!', 'certificate(id: $v) { id }'],
    ['filter', 'CertificateFilter', `certificates(instanceId: "${instanceId}", filter: $v) { totalCount }`],
    ['orderBy', 'CertificateOrder', `certificates(instanceId: "${instanceId}", orderBy: $v) { totalCount }`],
    ['first', 'Int', `certificates(instanceId: "${instanceId}", first: $v) { totalCount }`],
    ['before', 'String', `certificates(instanceId: "${instanceId}", before: $v) { totalCount }`],
    ['representations', '[_Any!]!', '_entities(representations: $v) { __typename }'],
  ];
  const values: readonly (readonly [name: string, json: string])[] = [
    ['long', `"${'y'.repeat(900_000)}"`],
    ['wide', JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, at])))],
    ['deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['repeated', `[${new Array(100_000).fill('"a"').join()}]`],
  ];
  return values.map(([value, json]) => ({
    name: `${value} values of all arguments in turn`,
    body: (at) => {
      const [, type, use] = args[at % args.length] ?? ['', '', ''];
      const aliases = repeat(50, (alias) => `a${alias}: ${use}`);
      return `{"query":${JSON.stringify(`query ($v: ${type}) { ${aliases} }`)},"variables":{"v":${json}}}`;
    },
  }));
}
