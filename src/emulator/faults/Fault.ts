import {
  anyInteger,
  anyList,
  anyNumber,
  anything,
  byKind,
  either,
  flag,
  headers,
  headerValue,
  integer,
  nothing,
  oneOf,
  optional,
  text,
  wait,
} from '../checks.ts';

/** Something that goes wrong with one request. Plain data: it also comes through the control API, as JSON. */
export type Fault =
  | AnswerFault
  | PageFault
  /** Waits before an otherwise right answer. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Never finishes: sends nothing, only the headers, or half of the body, and keeps the connection open. */
  | { readonly kind: 'hang'; readonly after: Stage }
  /** Resets the connection (RST) before the headers, after them, or in the middle of the body. */
  | { readonly kind: 'reset'; readonly after: Stage }
  /** Says the whole length, sends half of the body and closes the connection (FIN). */
  | { readonly kind: 'endEarly' }
  /** A whole HTTP answer, but half of the JSON. */
  | { readonly kind: 'truncate' }
  /** A right answer in pieces of `bytes`, one every `everyMs`. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  /** A right page behind so many blanks, which JSON allows; `gzip` makes them nearly nothing on the wire. */
  | { readonly kind: 'bloat'; readonly bytes: number; readonly gzip: boolean }
  /** Writes the text to the connection, whether that is HTTP or not, and closes it. */
  | { readonly kind: 'raw'; readonly text: string };

export type Stage = 'nothing' | 'headers' | 'halfBody';

/** An answer of the test's own, in place of the right one and before credentials are looked at. */
export interface AnswerFault {
  readonly kind: 'answer';
  readonly status: number;
  /** Text goes out as it is, anything else as JSON; absent is an empty body. */
  readonly body?: unknown;
  /** `application/json` when absent; null sends none. */
  readonly contentType?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A page that is not what was asked for. */
export interface PageFault {
  readonly kind: 'page';
  /** Rows that the window is moved by: -1 repeats the last row of the page before. */
  readonly offsetShift?: number;
  /** Rows on the page, whatever was asked: more or fewer. */
  readonly limit?: number;
  /** So many of the page's first rows come again at its end. */
  readonly repeatRows?: number;
  /** Further rows, of any shape. */
  readonly appendRows?: readonly unknown[];
  readonly total?: number;
  readonly size?: number;
}

const MAX_BLOAT_BYTES = 1024 ** 3;

const stage = oneOf('nothing', 'headers', 'halfBody');

export const faultCheck = byKind<Fault>({
  answer: {
    // 1xx is no answer yet, and Node.js sends no status of four digits.
    status: integer(200, 999),
    body: optional(anything),
    contentType: optional(either(headerValue, nothing)),
    headers: optional(headers),
  },
  page: {
    offsetShift: optional(anyInteger),
    limit: optional(integer(0)),
    repeatRows: optional(integer(0)),
    appendRows: optional(anyList),
    total: optional(anyNumber),
    size: optional(anyNumber),
  },
  delay: { ms: wait },
  hang: { after: stage },
  reset: { after: stage },
  endEarly: {},
  truncate: {},
  drip: { bytes: integer(1), everyMs: wait },
  bloat: { bytes: integer(0, MAX_BLOAT_BYTES), gzip: flag },
  raw: { text },
});
