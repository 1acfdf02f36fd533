import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type Variable, variables } from '../../src/config/variables.ts';

const run = promisify(execFile);
const CHART = 'deploy/helm/roma-certificates-subgraph';

/** Helm comes from `.ci/helm`. Where all that passes has to be tested, it has to be there. */
const hasHelm = process.env['CI'] === 'true' || spawnSync('helm', ['version']).status === 0;

/** Those that the chart sets itself. */
const OWN = ['PORT', 'HOST', 'NODE_ENV'];

interface Manifest {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  // biome-ignore lint/suspicious/noExplicitAny: the compiler checks the shapes of all manifests in a test of its own
  readonly [part: string]: any;
}

const read = (file: string) => readFile(path.join(CHART, file), 'utf8');
const cases = (await readdir(path.join(CHART, 'ci'))).map((file) => path.join(CHART, 'ci', file));

async function render(values: string, ...options: string[]): Promise<Manifest[]> {
  const { stdout } = await run('helm', ['template', 'release', CHART, '--values', values, ...options]);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

function one(manifests: readonly Manifest[], kind: string): Manifest {
  const found = manifests.filter(
    (manifest) => manifest.kind === kind && manifest.metadata.labels?.['grafana_dashboard'] === undefined,
  );
  if (found[0] === undefined || found.length > 1) throw new Error(`There are ${found.length} of ${kind}.`);
  return found[0];
}

const [passthrough = '', everything = ''] = ['passthrough', 'everything'].map(
  (name) => cases.find((file) => file.endsWith(`${name}-values.yaml`)) ?? '',
);

test('the chart takes every variable that is no secret, and none that is', async () => {
  const { properties } = JSON.parse(await read('values.schema.json')) as { properties: { config: { properties: object } } };
  const expected = Object.entries<Variable<unknown>>(variables)
    .filter(([name, { secret }]) => secret !== true && !OWN.includes(name))
    .map(([name]) => name);
  expect(Object.keys(properties.config.properties).sort()).toEqual(expected.sort());
});

test('the chart is of the version of the service', async () => {
  const { version, appVersion } = parse(await read('Chart.yaml')) as Record<string, string>;
  const manifest = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  expect([version, appVersion]).toEqual([manifest.version, manifest.version]);
});

describe.runIf(hasHelm)('Helm', () => {
  test.each(cases)('finds no fault in the chart with %s', async (values) => {
    await run('helm', ['lint', '--strict', CHART, '--values', values]);
  });

  test('takes the values and the command of docs/deploying.md', async () => {
    const page = await readFile('docs/deploying.md', 'utf8');
    const command = 'helm upgrade --install certificates deploy/helm/roma-certificates-subgraph --values values.yaml';
    expect(page).toContain(`\n${command}\n`);
    await using folder = await aFolder();
    const values = path.join(folder.path, 'values.yaml');
    await writeFile(values, /```yaml\n(# values\.yaml[\s\S]*?)```/.exec(page)?.[1] ?? '');
    // What an upgrade would send to a cluster.
    const { stdout } = await run('sh', ['-c', command.replace('upgrade --install', 'template').replace('values.yaml', values)]);
    const manifests = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
    const { config, image } = parse(await readFile(values, 'utf8'));
    expect(one(manifests, 'ConfigMap')['data']).toMatchObject(config);
    expect(one(manifests, 'Deployment')['spec'].template.spec.containers[0].image).toContain(image.repository);
  });

  test('refuses the chart as it is: nobody but its user knows where ROMA Connect and the router are', async () => {
    const refusal = await run('helm', ['template', 'release', CHART]).catch((error: { stderr: string }) => error.stderr);
    for (const value of ['repository', 'ROMA_ENDPOINT', 'ROMA_PROJECT_ID', 'router', 'roma']) expect(refusal).toContain(value);
  });

  test.each([
    'config.REDIS_URL=redis://cache',
    'config.ROMA_ENDPONT=https://roma.example.com',
    'config.MAX_ROWS=5',
    'config.MAX_ROWS=many',
    'config.ROMA_LOOKUP=guess',
    'autoscaling.targetCPU=70%',
    'replica=3',
    'terminationGracePeriodSeconds=5',
  ])('refuses %s', async (setting) => {
    await expect(render(passthrough, '--set', setting)).rejects.toThrow("don't meet the specifications of the schema");
  });

  test('refuses numbers that the service would refuse', async () => {
    const { range: [min, max] = [0, 0] } = variables.OPERATION_DEADLINE_MS;
    for (const value of [min - 1, max + 1]) {
      const refused = render(passthrough, '--set-string', `config.OPERATION_DEADLINE_MS=${value}`);
      await expect(refused).rejects.toThrow(`config.OPERATION_DEADLINE_MS must be a whole number from ${min} to ${max}`);
    }
    for (const value of [min, max]) await render(passthrough, '--set-string', `config.OPERATION_DEADLINE_MS=${value}`);
  });

  test('refuses a pod that would be killed while it drains', async () => {
    await expect(render(passthrough, '--set', 'preStopSeconds=11')).rejects.toThrow('leave 10 s for draining');
  });

  test('makes manifests that have the shapes of Kubernetes, and no field that it does not know', async () => {
    const manifests = (await Promise.all(cases.map((values) => render(values)))).flat();
    expect(new Set(manifests.map(({ kind }) => kind))).toEqual(
      new Set([...Object.keys(SHAPES), 'ServiceMonitor', 'PrometheusRule']),
    );
    await using folder = await aFolder();
    await compile(folder.path, manifests);
    const [spoilt] = structuredClone(manifests.filter(({ kind }) => kind === 'Deployment'));
    spoilt?.['spec'].template.spec.containers.push({ name: 'x', readynessProbe: {} });
    await expect(compile(folder.path, spoilt === undefined ? [] : [spoilt])).rejects.toThrow('readynessProbe');
  });
});

describe.runIf(hasHelm)('what the chart makes', () => {
  test('asks probes that the service answers, at the port that it is told to listen on', async () => {
    const [container] = one(await render(passthrough), 'Deployment')['spec'].template.spec.containers;
    const env = Object.fromEntries(container.env.map(({ name, value }: { name: string; value: string }) => [name, value]));
    expect(env).toEqual({ NODE_ENV: 'production', HOST: '0.0.0.0', PORT: String(container.ports[0].containerPort) });
    const paths = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => container[probe].httpGet.path);
    expect(paths).toEqual(['/health', '/health', '/ready']);
  });

  test('gives a pod the time to drain', async () => {
    const { spec } = one(await render(passthrough), 'Deployment')['spec'].template;
    const maxStopMs = Number(/MAX_STOP_MS = ([\d_]+)/.exec(await readFile('src/main.ts', 'utf8'))?.[1]?.replaceAll('_', ''));
    const preStopMs = spec.containers[0].lifecycle.preStop.sleep.seconds * 1_000;
    expect(maxStopMs).toBeGreaterThan(0);
    expect(spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(preStopMs + maxStopMs);
  });

  test('may do nothing that it need not', async () => {
    for (const values of cases) {
      const { spec } = one(await render(values), 'Deployment')['spec'].template;
      const isMount = (mount: { readOnly?: boolean }): boolean => mount.readOnly === true;
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const { securityContext, volumeMounts } of spec.containers) {
        const capabilities = { drop: ['ALL'] };
        expect(securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities });
        expect((volumeMounts ?? []).every(isMount)).toBe(true);
      }
    }
  });

  test('lets in the router only, and out to what is named only', async () => {
    const { ingress, egress, policyTypes } = one(await render(passthrough), 'NetworkPolicy')['spec'];
    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    expect(ingress).toEqual([
      { from: [{ podSelector: { matchLabels: { app: 'router' } } }], ports: [{ port: 'http', protocol: 'TCP' }] },
    ]);
    expect(egress.map(({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port))).toEqual([[53, 53], [443]]);
    const all = one(await render(everything), 'NetworkPolicy')['spec'].egress;
    // A rule without peers would allow everything.
    expect([...egress, ...all].every(({ to }: { to?: unknown[] }) => (to?.length ?? 0) > 0)).toBe(true);
    expect(all).toHaveLength(5);
  });

  test('selects its own pods everywhere', async () => {
    const manifests = await render(everything);
    const { template, selector } = one(manifests, 'Deployment')['spec'];
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(one(manifests, 'Service')['spec'].selector).toEqual(selector.matchLabels);
    expect(one(manifests, 'PodDisruptionBudget')['spec'].selector).toEqual(selector);
    expect(one(manifests, 'NetworkPolicy')['spec'].podSelector).toEqual(selector);
    // The alert rules and the dashboard expect this name of the job.
    const label = one(manifests, 'ServiceMonitor')['spec'].jobLabel;
    expect(one(manifests, 'Service').metadata.labels?.[label]).toBe('roma-certificates-subgraph');
    expect(one(manifests, 'ServiceAccount').metadata.name).toBe(template.spec.serviceAccountName);
    const scaled = await render(passthrough);
    expect(one(scaled, 'HorizontalPodAutoscaler')['spec'].scaleTargetRef).toMatchObject({
      kind: 'Deployment',
      name: one(scaled, 'Deployment').metadata.name,
    });
  });

  test('brings the alert rules and the dashboard as they are', async () => {
    const manifests = await render(everything);
    expect(one(manifests, 'PrometheusRule')['spec']).toEqual(parse(await read('files/alerts.yaml')));
    const dashboard = manifests.find(({ metadata }) => metadata.labels?.['grafana_dashboard'] === '1');
    expect(JSON.parse(dashboard?.['data']['roma-certificates-subgraph.json'])).toEqual(
      JSON.parse(await read('files/dashboard.json')),
    );
    expect((await render(passthrough)).map(({ kind }) => kind)).not.toContain('PrometheusRule');
  });

  test('trusts the private authority of a ConfigMap or of a Secret, not of both', async () => {
    const { spec } = one(await render(everything), 'Deployment')['spec'].template;
    const [volume, others] = [spec.volumes[0], spec.volumes.slice(1)];
    const [container] = spec.containers;
    const file = container.env.find(({ name }: { name: string }) => name === 'NODE_EXTRA_CA_CERTS').value;
    expect(file).toBe(`${container.volumeMounts[0].mountPath}/ca.crt`);
    expect([volume.name, volume.configMap.name]).toEqual([container.volumeMounts[0].name, 'private-ca']);
    expect(others).toEqual([{ name: 'tls', secret: { secretName: 'tls' } }]);
    const secret = one(await render(passthrough, '--set', 'caBundle.secret=authority'), 'Deployment')['spec'].template.spec;
    expect(secret.volumes).toEqual([{ name: 'certificates-ca', secret: { secretName: 'authority' } }]);
    await expect(render(everything, '--set', 'caBundle.secret=authority')).rejects.toThrow('not both');
  });

  test('spreads over nodes and zones, and scales on what one process can use', async () => {
    const manifests = await render(passthrough);
    const { template } = one(manifests, 'Deployment')['spec'];
    expect(template.spec.topologySpreadConstraints).toEqual(
      ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: one(manifests, 'Deployment')['spec'].selector,
      })),
    );
    const [metric] = one(manifests, 'HorizontalPodAutoscaler')['spec'].metrics;
    expect(metric.resource.target).toEqual({ type: 'AverageValue', averageValue: '700m' });
  });

  test('has the name that it is given', async () => {
    expect(one(await render(everything), 'Deployment').metadata.name).toBe('subgraph');
  });

  test('restarts its pods when their environment changes', async () => {
    const annotations = async (...options: string[]) =>
      one(await render(passthrough, ...options), 'Deployment')['spec'].template.metadata.annotations;
    expect(await annotations('--set', 'config.LOG_LEVEL=debug')).not.toEqual(await annotations());
  });
});

/** The types of Kubernetes' own description, by kind. */
const SHAPES: Readonly<Record<string, string>> = {
  ConfigMap: 'core/v1',
  Deployment: 'apps/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  NetworkPolicy: 'networking/v1',
  PodDisruptionBudget: 'policy/v1',
  Service: 'core/v1',
  ServiceAccount: 'core/v1',
};

/** Rejects with what the compiler finds wrong. It is the only checker here that knows all fields: schemas let others pass. */
async function compile(folder: string, manifests: readonly Manifest[]): Promise<void> {
  const known = manifests.filter(({ kind }) => SHAPES[kind] !== undefined);
  const source = [
    ...Object.entries(SHAPES).map(([kind, module]) => `import type { ${kind} } from 'kubernetes-types/${module}';`),
    ...known.map((manifest, index) => `export const m${index}: ${manifest.kind} = ${JSON.stringify(manifest, null, 1)};`),
  ];
  await writeFile(path.join(folder, 'manifests.ts'), source.join('\n'));
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
    '--types',
    '',
  ];
  await run(path.resolve('node_modules/.bin/tsc'), [...options, 'manifests.ts'], { cwd: folder }).catch(
    ({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    },
  );
}

async function aFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'chart-'));
  await mkdir(path.join(folder, 'node_modules'));
  await symlink(path.resolve('test/node_modules/kubernetes-types'), path.join(folder, 'node_modules/kubernetes-types'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
