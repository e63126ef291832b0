import pino, { type Logger } from 'pino';
import { currentTraceId } from './trace-context.js';

export type { Logger } from 'pino';

/**
 * The process's logger: JSON lines on standard output, one wide event per request, message batch
 * and job. Ids only, never personal data: nothing is logged of a body, and these paths are cut.
 */
export function createLogger(service: string, level = 'info'): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => {
      const traceId = currentTraceId();
      return traceId === undefined ? {} : { traceId };
    },
    redact: {
      paths: ['*.authorization', '*.cookie', '*.password', '*.code', '*.lastName', '*.firstName'],
      remove: true,
    },
  });
}
