import { type Example, toExamples } from '../src/devpages/examples.ts';

/** `docs/operations.md`: the example operations, asking about what the emulator holds. */
export function printOperationsPage(): string {
  const examples = toExamples({
    instanceId: 'f0fa1789-3b76-433b-a787-9892951c620e',
    certificateId: '4433c0ded4a2661400e5c1f42ecd6853',
  });
  return `# Example operations

<!-- Printed by \`npm run generate\` from src/devpages/examples.ts. Edit that. -->

In development \`/\` opens Apollo Sandbox with them, one at \`/?example=…\` each, and \`/explorer\` has them as tabs and needs nothing from
the internet. Both ask about what your ROMA Connect holds, as far as it can be read without a caller's token. Here they ask about what
the emulator holds.
${examples.map(toSection).join('')}`;
}

function toSection({ name, title, document, variables }: Example): string {
  const shown =
    Object.keys(variables).length === 0 ? '' : `\nVariables:\n\n${toBlock('json', JSON.stringify(variables, null, 2))}`;
  return `
## ${title}

\`/?example=${name}\`

${toBlock('graphql example', document.trimEnd())}${shown}`;
}

function toBlock(tag: string, text: string): string {
  return `\`\`\`${tag}\n${text}\n\`\`\`\n`;
}
