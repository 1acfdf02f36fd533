/** The query parameters that narrow the list [D]. */
export const filterNames = ['name', 'common_name', 'signature_algorithm', 'type', 'algorithm_type'] as const;
export type FilterName = (typeof filterNames)[number];
/** Equality or not: documented nowhere for `name` and `common_name` [A]. */
export type NameMatch = 'exact' | 'contains' | 'containsIgnoreCase';
export type Filters = Readonly<Partial<Record<FilterName, string>>>;

/** Whether a row meets every filter. Rows may have any shape, because tests put in invalid ones. */
export function meets(row: unknown, filters: Filters, nameMatch: NameMatch): boolean {
  for (const name of filterNames) {
    const wanted = filters[name];
    if (wanted === undefined) continue;
    const found = fieldOf(row, name);
    if (typeof found !== 'string') return false;
    const fuzzy = name === 'name' || name === 'common_name';
    if (fuzzy ? !likeName(found, wanted, nameMatch) : found !== wanted) return false;
  }
  return true;
}

/** The row's own field, or undefined where the row is no object. */
export function fieldOf(row: unknown, name: string): unknown {
  return typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[name] : undefined;
}

function likeName(found: string, wanted: string, nameMatch: NameMatch): boolean {
  switch (nameMatch) {
    case 'exact':
      return found === wanted;
    case 'contains':
      return found.includes(wanted);
    case 'containsIgnoreCase':
      return found.toLowerCase().includes(wanted.toLowerCase());
  }
}
