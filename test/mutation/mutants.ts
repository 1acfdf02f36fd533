import { stripTypeScriptTypes } from 'node:module';

/** One operator, or truth, of a file changed into another. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly was: string;
  readonly is: string;
  /** The file's whole text with the change. */
  readonly text: string;
}

const SWAPS: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  true: 'false',
  false: 'true',
  '!': '',
};

/** Texts and comments, which hold no code; operators, which the formatter puts between blanks; truths, and negations. */
const TOKENS =
  /'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/.*|\/\*.*?\*\/|(?<= )(?:===|!==|<=|>=|<|>|&&|\|\||\?\?|\+|-|\*)(?=\s)|\b(?:true|false)\b|!(?=[\w(])/gs;

/** Every change of this kind that a file allows. Types are blanks to it, so that they stay as they are. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const code = stripTypeScriptTypes(text, { mode: 'strip' });
  return Array.from(code.matchAll(TOKENS)).flatMap(({ 0: was, index }) => {
    const is = SWAPS[was];
    if (is === undefined) return [];
    const line = code.slice(0, index).split('\n').length;
    return [{ file, line, was, is, text: text.slice(0, index) + is + text.slice(index + was.length) }];
  });
}
