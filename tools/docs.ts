import { writeFile } from 'node:fs/promises';
import { printConfigurationPage } from './configurationPage.ts';
import { printErrorsPage } from './errorsPage.ts';
import { printOperationsPage } from './operationsPage.ts';

/** Writes the pages of `docs/` that say what the code says. */
await writeFile(new URL('../docs/configuration.md', import.meta.url), printConfigurationPage());
await writeFile(new URL('../docs/errors.md', import.meta.url), printErrorsPage());
await writeFile(new URL('../docs/operations.md', import.meta.url), printOperationsPage());
