/** Replaces a text that must not be shown. */
const HIDDEN = '[hidden]';

/**
 * Parts of a secret up to about this length are not hidden: they reveal little, and ordinary words would match. The search compares at every
 * STEP-th position, which finds each part of 2 * STEP - 1 characters or more.
 */
const STEP = 8;
const SHOWN_RUN = 2 * STEP - 2;

/** A secret with repetitions is compared at this many positions at most. */
const MAX_PLACES = 32;

/** Shorter texts are not treated as secrets: hiding them would garble the message. */
const MIN_SECRET_LENGTH = 4;

/** Longer text is cut first, so that a huge message takes little time. */
const MAX_READ = 2_000;

/**
 * Makes text of the upstream fit to be shown and logged: without control and formatting characters, URLs and parts of `secrets`, and with
 * at most `maxLength` characters. Undefined when nothing is left.
 */
export function toShownText(text: unknown, maxLength: number, secrets: readonly string[]): string | undefined {
  if (typeof text !== 'string') return undefined;
  const plain = text
    .slice(0, MAX_READ)
    .toWellFormed()
    // Control characters, invisible formatting (which can reverse text) and line separators.
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  const shown = hideSecrets(plain, toForms(secrets))
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, HIDDEN)
    .replace(/ {2,}/g, ' ')
    .trim();
  const cut = shown.slice(0, maxLength);
  const whole = cut.isWellFormed() ? cut : cut.slice(0, -1);
  return whole === '' ? undefined : whole;
}

/** A secret in plain, URL-encoded and Base64 form. */
function toForms(secrets: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < MIN_SECRET_LENGTH) continue;
    forms.add(secret);
    const encoded = encodeURIComponent(secret.toWellFormed());
    forms.add(encoded);
    forms.add(encoded.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()));
    forms.add(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
    forms.add(Buffer.from(secret).toString('base64url'));
  }
  // The longest first, because one form can be part of another.
  return [...forms].sort((one, other) => other.length - one.length);
}

function hideSecrets(text: string, forms: readonly string[]): string {
  const withoutWhole = forms.reduce((shown, form) => shown.replaceAll(form, HIDDEN), text);
  return hideParts(
    withoutWhole,
    forms.filter((form) => form.length > SHOWN_RUN),
  );
}

/** An upstream that quotes a long token often quotes only its beginning. */
function hideParts(text: string, forms: readonly string[]): string {
  let shown = text;
  for (let at = 0; at + STEP <= shown.length; at += STEP) {
    // Search all forms before hiding, because they overlap: hiding a part of one could leave the rest of another.
    const runs = forms.map((form) => longestRun(shown, at, form));
    const { start, end } = runs.reduce((one, other) => (other.end - other.start > one.end - one.start ? other : one), NO_RUN);
    if (end - start <= SHOWN_RUN) continue;
    shown = shown.slice(0, start) + HIDDEN + shown.slice(end);
    at = Math.floor(start / STEP) * STEP;
  }
  return shown;
}

interface TextRun {
  readonly start: number;
  readonly end: number;
}

const NO_RUN: TextRun = { start: 0, end: 0 };

/** The longest part of the text around `at` that is also in the form. */
function longestRun(text: string, at: number, form: string): TextRun {
  const step = text.slice(at, at + STEP);
  let longest = { start: at, end: at };
  for (
    let tries = 0, found = form.indexOf(step);
    found !== -1 && tries < MAX_PLACES;
    tries++, found = form.indexOf(step, found + 1)
  ) {
    let before = 0;
    while (before < at && before < found && text[at - before - 1] === form[found - before - 1]) before++;
    let after = STEP;
    while (at + after < text.length && found + after < form.length && text[at + after] === form[found + after]) after++;
    if (before + after > longest.end - longest.start) longest = { start: at - before, end: at + after };
    if (before + after > SHOWN_RUN) break;
  }
  return longest;
}
