import { writeFile } from 'node:fs/promises';
import { printChartRanges, printChartSchema } from './chartSchema.ts';
import { printConfigurationPage } from './configurationPage.ts';
import { printErrorsPage } from './errorsPage.ts';
import { printOperationsPage } from './operationsPage.ts';

/** Writes the pages of `docs/`, and the part of the chart, that say what the code says. */
const chart = new URL('../deploy/helm/roma-certificates-subgraph/', import.meta.url);
const chartSchema = new URL('values.schema.json', chart);

await writeFile(chartSchema, printChartSchema(chartSchema));
await writeFile(new URL('files/ranges.json', chart), printChartRanges());
await writeFile(new URL('../docs/configuration.md', import.meta.url), printConfigurationPage());
await writeFile(new URL('../docs/errors.md', import.meta.url), printErrorsPage());
await writeFile(new URL('../docs/operations.md', import.meta.url), printOperationsPage());
