import type { ListCertificates, Operation } from '../certificates/lists.ts';
import { createLoadCertificate, type LoadCertificate } from './lookups.ts';
import type { LoaderMeter } from './meter.ts';
import { createLoadPage, type LoadPage } from './pages.ts';
import { createReadRun } from './run.ts';
import { createWholeLists } from './views.ts';
import { createLoadWindow } from './windows.ts';

/** All that resolvers can ask for. Made for one operation: what one caller may see is never offered to another. */
export interface Loaders {
  readonly page: LoadPage;
  readonly certificate: LoadCertificate;
}

export interface LoaderDeps {
  readonly listCertificates: ListCertificates;
  readonly operation: Operation;
  /** Where a certificate known only by its ID is looked for. */
  readonly instanceIds: readonly string[];
  readonly meter: LoaderMeter;
}

export function createLoaders({ listCertificates, operation, instanceIds, meter }: LoaderDeps): Loaders {
  const readRun = createReadRun(listCertificates, operation);
  const wholeLists = createWholeLists(readRun, meter);
  const loadWindow = createLoadWindow(readRun, wholeLists.ifRead, meter);
  return {
    page: createLoadPage(loadWindow, wholeLists, meter),
    certificate: createLoadCertificate(readRun, instanceIds, meter),
  };
}
