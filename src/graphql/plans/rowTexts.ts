/** The text of a row under one selection. */
interface RowText {
  readonly selection: object;
  readonly text: string;
}

const MAX_BYTES = 16 * 1024 * 1024;

/** What an entry takes besides its text. */
const ENTRY_BYTES = 150;

/** A longer one takes more room than it saves time. */
const MAX_TEXT_LENGTH = 4_096;

/** Of each row the text that was written last, so that a row that comes again is not written again. They end with their rows. */
export class RowTexts {
  #texts = new WeakMap<object, RowText>();
  #bytes = 0;

  get(row: object, selection: object): string | undefined {
    const known = this.#texts.get(row);
    return known?.selection === selection ? known.text : undefined;
  }

  keep(row: object, selection: object, text: string): void {
    if (text.length > MAX_TEXT_LENGTH) return;
    this.#bytes += ENTRY_BYTES + 2 * text.length;
    // Which of them ended with their rows is not known: all are forgotten, and those in use are soon there again.
    if (this.#bytes > MAX_BYTES) {
      this.#texts = new WeakMap();
      this.#bytes = ENTRY_BYTES + 2 * text.length;
    }
    this.#texts.set(row, { selection, text });
  }
}
