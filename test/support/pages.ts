import { globSync, readFileSync } from 'node:fs';

/** A page of Markdown, its path seen from the repository's root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

export interface Block {
  /** Where it starts, as `path:line`. */
  readonly place: string;
  /** What stands behind the opening fence, say `graphql runnable`. */
  readonly tag: string;
  readonly text: string;
}

export function readPages(): Page[] {
  const paths = globSync(['*.md', 'docs/**/*.md', 'src/**/*.md', 'examples/*/*.md']).sort();
  return paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** The fenced blocks of a page, in order. */
export function blocksOf({ path, text }: Page): Block[] {
  return Array.from(text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm), ({ index, 1: tag = '', 2: content = '' }) => ({
    place: `${path}:${text.slice(0, index).split('\n').length}`,
    tag,
    text: content,
  }));
}
