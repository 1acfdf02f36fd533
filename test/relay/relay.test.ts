import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, startApp } from '../support/app.ts';

const run = promisify(execFile);
/** The package's main is the path of the compiler for this machine. */
const compiler: string = createRequire(import.meta.url)('relay-compiler');

const PAGE_SIZE = 3;

/** The list of an instance, as a component with `usePaginationFragment` asks for it. */
const COMPONENT = `
import { graphql } from 'react-relay';

export const fragment = graphql\`
  fragment CertificateList_query on Query
  @argumentDefinitions(
    instanceId: { type: "ID!" }
    filter: { type: "CertificateFilter" }
    orderBy: { type: "CertificateOrder" }
    first: { type: "Int", defaultValue: ${PAGE_SIZE} }
    after: { type: "String" }
  )
  @refetchable(queryName: "CertificateListPageQuery") {
    certificates(instanceId: $instanceId, filter: $filter, orderBy: $orderBy, first: $first, after: $after)
      @connection(key: "CertificateList_certificates", filters: ["instanceId", "filter", "orderBy"]) {
      totalCount
      edges {
        node {
          id
          name
          notAfter
        }
      }
    }
  }
\`;

export const query = graphql\`
  query CertificateListQuery($instanceId: ID!) {
    ...CertificateList_query @arguments(instanceId: $instanceId, orderBy: { field: NOT_AFTER })
  }
\`;
`;

let app: App;
let schema: string;
beforeAll(async () => {
  app = await startApp();
  // As clients see it. The compiler reads no `extend schema`, with which the subgraph's own file begins.
  schema = printSchema(buildClientSchema((await app.ask(getIntrospectionQuery())).data));
});
afterAll(() => app.stop());

test('the Relay compiler accepts a pagination fragment, and its queries page through the list', async () => {
  const compiled = await compile(COMPONENT);
  const [instanceId] = app.instanceIds;
  const first = await app.ask(compiled.get('CertificateListQuery') ?? '', { instanceId });
  expect(first.errors).toBeUndefined();
  const { edges, pageInfo, totalCount } = first.data.certificates;
  expect(pageInfo).toEqual({ hasNextPage: true, endCursor: edges.at(-1).cursor });

  const next = await app.ask(compiled.get('CertificateListPageQuery') ?? '', {
    instanceId,
    orderBy: { field: 'NOT_AFTER' },
    first: PAGE_SIZE,
    after: pageInfo.endCursor,
  });
  expect(next.errors).toBeUndefined();
  expect(next.data.certificates.totalCount).toBe(totalCount);
  const ids = [...edges, ...next.data.certificates.edges].map(({ node }) => node.id);
  expect(new Set(ids).size).toBe(2 * PAGE_SIZE);
});

test('the Relay compiler refuses what is no connection', async () => {
  const wrong = COMPONENT.replace('edges {\n        node {', 'nodes {\n        ... on Certificate {');
  await expect(compile(wrong)).rejects.toThrow(/edges/);
});

/** The texts of the queries that the compiler makes of a component, by name. */
async function compile(component: string): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'relay-'));
  try {
    const source = path.join(folder, 'src');
    await mkdir(source);
    await writeFile(path.join(source, 'CertificateList.ts'), component);
    await writeFile(path.join(folder, 'schema.graphql'), schema);
    const config = path.join(folder, 'relay.config.json');
    const customScalarTypes = { DateTime: 'string', _Any: 'unknown' };
    await writeFile(
      config,
      JSON.stringify({ src: './src', schema: './schema.graphql', language: 'typescript', customScalarTypes }),
    );
    await run(compiler, [config], { cwd: folder });
    const made = path.join(source, '__generated__');
    const texts = await Promise.all((await readdir(made)).map((file) => readFile(path.join(made, file), 'utf8')));
    return new Map(
      texts.flatMap((text) => {
        const [, query] = /^ +"text": (".*")/m.exec(text) ?? [];
        const document: string = query === undefined ? '' : JSON.parse(query);
        return document === '' ? [] : [[/^query (\w+)/.exec(document)?.[1] ?? '', document]];
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
