import { readFileSync } from 'node:fs';
import { type Variable, variables } from '../src/config/variables.ts';

/** Those that the chart sets itself. */
const OWN: readonly string[] = ['PORT', 'HOST', 'NODE_ENV'];

/** Without these nothing works, wherever it is deployed. */
const REQUIRED: readonly string[] = ['ROMA_ENDPOINT', 'ROMA_PROJECT_ID'];

/** The chart's schema, with the checks of the variables in `config`. An empty text is as if not set. Secrets have their own place. */
export function printChartSchema(file: URL): string {
  const schema = JSON.parse(readFileSync(file, 'utf8'));
  const open = Object.entries<Variable<unknown>>(variables).filter(
    ([name, { secret }]) => secret !== true && !OWN.includes(name),
  );
  schema.properties.config.properties = Object.fromEntries(
    open.map(([name, { pattern }]) => [
      name,
      {
        type: 'string',
        ...(REQUIRED.includes(name) && { minLength: 1 }),
        ...(pattern !== undefined && { anyOf: [{ const: '' }, { pattern }] }),
      },
    ]),
  );
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** What each number in `config` may be, for the chart: a schema cannot compare texts as numbers. */
export function printChartRanges(): string {
  const ranges = Object.entries<Variable<unknown>>(variables).flatMap(([name, { range }]) =>
    range === undefined || OWN.includes(name) ? [] : [[name, range]],
  );
  return `${JSON.stringify(Object.fromEntries(ranges), null, 2)}\n`;
}
