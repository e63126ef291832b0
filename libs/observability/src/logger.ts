import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { currentTraceId } from './trace-context.js';

export type { Logger } from 'pino';

/**
 * The process's logger: JSON lines on standard output, one wide event per request, message batch
 * and job. Ids only, never personal data: nothing is logged of a body, and what is called `neverTold` is cut.
 */
export function createLogger(service: string, level = 'info', sink?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => {
      const traceId = currentTraceId();
      return traceId === undefined ? {} : { traceId };
    },
    serializers: { err: withoutData },
    formatters: { log: withoutSecrets },
  };
  // Each line is written when it is said: a process that is killed has told everything, and a hand-over to a thread
  // costs three times the write.
  return pino(options, sink ?? pino.destination({ dest: 1, sync: true }));
}

const neverTold: ReadonlySet<string> = new Set([
  ...['authorization', 'cookie', 'password', 'activationCode', 'lastName', 'firstName'],
]);

/** Cut by hand: pino's own way walks every line anew by its paths, and a line of ours is flat. */
function withoutSecrets(line: Record<string, unknown>): Record<string, unknown> {
  let told = line;
  for (const name in line) {
    const held = line[name];
    if (typeof held !== 'object' || held === null || held instanceof Error) continue;
    const names = Object.keys(held);
    if (!names.some((one) => neverTold.has(one))) continue;
    const kept = Object.entries(held).filter(([one]) => !neverTold.has(one));
    told = { ...told, [name]: Object.fromEntries(kept) };
  }
  return told;
}

/** PostgreSQL's own words of an error may quote a row or a value: these classes of it do (data, constraints). */
const quotesValues = /^(22|23|42)/;

/**
 * What an operator needs of an error and no value that it met: type, code, the place in the schema, the
 * stack. `detail`, `where` and `hint` of PostgreSQL hold rows; a message of a data fault holds a value.
 */
function withoutData(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack, cause } = error;
  const { code, table, column, constraint, severity } = error as unknown as Record<string, unknown>;
  const isQuoting =
    typeof severity === 'string' && typeof code === 'string' && quotesValues.test(code);
  return {
    type: name,
    message: isQuoting ? `PostgreSQL ${code}` : message,
    code,
    table,
    column,
    constraint,
    stack: isQuoting
      ? stack
          ?.split('\n')
          .filter((line) => /^\s+at /.test(line))
          .join('\n')
      : stack,
    ...(cause === undefined ? {} : { cause: withoutData(cause) }),
  };
}
