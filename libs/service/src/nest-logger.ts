import type { LoggerService } from '@nestjs/common';
import type { Logger } from '#libs/observability';

/** Nest's own lines, in the process's log; what Nest says at start is for debugging only. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}
  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(
      { rest: rest.map(String) },
      message instanceof Error ? message.message : String(message),
    );
  }
  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, String(message));
  }
}
