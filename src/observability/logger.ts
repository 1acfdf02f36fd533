import { type DestinationStream, type LogFn, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { cleanLines, cleanText, cleanValue } from './cleanText.ts';

export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly level: string;
  /** One JSON object a line, for machines; otherwise lines for people. */
  readonly json: boolean;
  /** Whether errors are logged with their stack. Default: true; otherwise with the one place in this service's own code. */
  readonly stacks?: boolean;
  /** Whether lines for people may have colours. */
  readonly colors?: boolean;
  /** Texts that no line may hold, wherever they come from. */
  readonly secrets?: readonly string[];
  /** Fields of every line, as they are when it is written. */
  readonly context?: () => object | undefined;
  /** Where lines go. Default: standard output. */
  readonly destination?: DestinationStream;
}

/**
 * The log of the process. Whatever is logged, no line holds one of the secrets, and no line holds a control character raw: a field
 * sent by a client can't forge a line or move the cursor of the terminal that shows it.
 */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  const { level, json, stacks = true, colors = false, secrets = [], context, destination } = options;
  const output = destination ?? pino.destination({ dest: 1, sync: true });
  return pino(
    {
      level,
      base: null,
      ...(context && { mixin: () => context() ?? {} }),
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => cleanValue(fields) as Record<string, unknown> },
      serializers: { err: (error: unknown) => toErrorFields(error, stacks) },
      hooks: { logMethod: cleanMessage, streamWrite: withoutSecrets(secrets) },
    },
    json ? output : await prettily(output, colors),
  );
}

/** Formats line by line without a stream between, so that nothing is lost when the process ends at once. */
async function prettily(output: DestinationStream, colors: boolean): Promise<DestinationStream> {
  // Loaded only where people read: in production it would take a part of the start.
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({ colorize: colors, translateTime: 'SYS:HH:MM:ss.l', singleLine: true });
  return { write: (line) => output.write(format(line)) };
}

function cleanMessage(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  method.apply(this, args.map((part) => (typeof part === 'string' ? cleanText(part) : part)) as Parameters<LogFn>);
}

/** What a line says of an error. Properties beyond these are left out: libraries hang whole requests on their errors. */
function toErrorFields(error: unknown, stacks: boolean): unknown {
  if (!(error instanceof Error)) return cleanValue(error);
  const { stack = '' } = error;
  return {
    type: cleanText(error.name),
    message: cleanText(error.message),
    ...('code' in error && { code: cleanValue(error.code) }),
    ...(stacks ? { stack: cleanLines(stack) } : { at: OWN_FRAME.exec(stack)?.[0] }),
    ...(error.cause !== undefined && { cause: toErrorFields(error.cause, stacks) }),
  };
}

/** File, line and column of the first call of a stack that is in this service's own code. */
const OWN_FRAME = /\bsrc\/[\w/.]+:\d+:\d+/;

/** The last gate: no line leaves with a secret in it, however it got there. */
function withoutSecrets(secrets: readonly string[]): (line: string) => string {
  // As they look inside a line: JSON escapes quotes and backslashes. The longest first, for one may be part of another.
  const hidden = secrets.map((secret) => JSON.stringify(secret).slice(1, -1)).filter((secret) => secret.length >= MIN_SECRET);
  hidden.sort((a, b) => b.length - a.length);
  return (line) => hidden.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), line);
}

/** Shorter texts are no secrets, and replacing them everywhere would leave the log unreadable (or its JSON broken). */
const MIN_SECRET = 6;
