// Line breaks and escape sequences let text forge log lines and take over a terminal: all of C0, DEL and C1, and the
// separators that some viewers break lines at.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above, but for text that has lines
const CONTROL_BUT_LINE_BREAK = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

/** The text with every control character made visible as `\xNN` or `\uNNNN`. */
export function cleanText(text: string): string {
  return text.replace(CONTROL_CHARACTER, escapeCharacter);
}

/** As {@link cleanText}, but keeps line breaks: for stack traces. */
export function cleanLines(text: string): string {
  return text.replace(CONTROL_BUT_LINE_BREAK, escapeCharacter);
}

/**
 * A log field with all its text cleaned. Errors are left to the serializer that knows them; of any other object that is not plain
 * data only its class is kept, for requests, sockets and the like hold credentials and each other.
 */
export function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  if (value === null || typeof value !== 'object' || value instanceof Error) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return `[${cleanText(value.constructor.name)}]`;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [cleanText(name), cleanValue(part)]));
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
}
