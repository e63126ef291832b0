import { type Metadata, status } from '@grpc/grpc-js';
import { Unauthenticated } from '#libs/identity';
import type { Logger } from '#libs/observability';
import { isInfrastructureFault } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { toStatus } from './problem-status.js';

/** Refusals become statuses with their figures; an unknown error leaks nothing and is logged with its cause. */
export function statusOfError(
  error: unknown,
  logger: Logger,
): { code: status; details: string; metadata?: Metadata } {
  if (error instanceof DomainError) return toStatus(error);
  if (error instanceof Unauthenticated) {
    return { code: status.UNAUTHENTICATED, details: 'UNAUTHENTICATED' };
  }
  logger.error({ err: error }, 'unknown error in a call');
  const code = isInfrastructureFault(error) ? status.UNAVAILABLE : status.INTERNAL;
  return { code, details: status[code] };
}
