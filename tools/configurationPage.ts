import { type Variable, variables } from '../src/config/variables.ts';

/** `docs/configuration.md`: every variable that is read, from the table that reads them. */
export function printConfigurationPage(): string {
  return `# Configuration

<!-- Printed by \`npm run generate\` from src/config/variables.ts. Edit that. -->

Everything is set by environment variables, read once at the start. A bad value stops the start: every bad variable is named in
one message on standard error, one line each, never with the value of a secret, and the exit code is 1. An empty text counts as
unset. Numbers are plain decimal digits.

| variable | default | meaning | accepted | secret |
| --- | --- | --- | --- | --- |
${Object.entries<Variable<unknown>>(variables).map(toRow).join('\n')}
| \`OTEL_*\` | as specified | The other [standard variables](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/) for traces, which OpenTelemetry's own SDK reads: \`OTEL_SERVICE_NAME\`, \`OTEL_RESOURCE_ATTRIBUTES\`, \`OTEL_TRACES_SAMPLER\`, \`OTEL_BSP_*\`, \`OTEL_EXPORTER_OTLP_HEADERS\` and so on. It warns of bad values in the log, and starts. | | no |

Which variables belong together:

- \`ROMA_ENDPOINT\` needs \`ROMA_PROJECT_ID\`, and \`NODE_ENV=production\` needs \`ROMA_ENDPOINT\`: production never runs on the
  emulator by mistake.
- \`ROMA_AUTH=token\` needs \`ROMA_AUTH_TOKEN\`; \`password\` needs \`IAM_ENDPOINT\`, \`IAM_DOMAIN_NAME\`, \`IAM_USERNAME\` and
  \`IAM_PASSWORD\`; \`aksk\` needs \`HUAWEICLOUD_SDK_AK\` and \`HUAWEICLOUD_SDK_SK\`.
- With the embedded emulator callers need no token: its own is used when a caller sends none.
`;
}

function toRow([name, variable]: [string, Variable<unknown>]): string {
  const cells = [`\`${name}\``, toDefault(variable), variable.meaning, variable.accepted, variable.secret ? 'yes' : 'no'];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function toDefault({ unset, fallback }: Variable<unknown>): string {
  if (unset !== undefined) return unset;
  return fallback === null ? 'none' : `\`${fallback}\``;
}
