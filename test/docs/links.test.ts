import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readPages } from '../support/pages.ts';

const pages = readPages();

test.each(pages)('the links of $path lead somewhere', ({ path: page, text }) => {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  const targets = Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target);
  const broken = targets.filter((target) => !/^https?:/.test(target) && !leadsSomewhere(page, target));
  expect(broken).toEqual([]);
});

function leadsSomewhere(page: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const resolved = file === '' ? page : path.join(path.dirname(page), file);
  if (!existsSync(resolved)) return false;
  return anchor === undefined || anchorsOf(resolved).includes(anchor);
}

/** The anchors that GitHub makes of headings. */
function anchorsOf(page: string): string[] {
  const text = pages.find((known) => known.path === page)?.text ?? '';
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
