import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { defineProblem } from '#libs/problems';

/** A command without a key could be executed twice by a nervous click. */
export class IdempotencyKeyRequired extends defineProblem('IDEMPOTENCY_KEY_REQUIRED', 'invalid') {}

export const idempotencyKeyPattern = /^[\w.:-]{8,100}$/;

/** The header `Idempotency-Key` of a command, passed on to the service that executes it. */
export const IdempotencyKey = createParamDecorator(idempotencyKeyOf);

/** Exported for the description of the routes: it marks those that need the header. */
export function idempotencyKeyOf(_data: unknown, context: ExecutionContext): string {
  const { headers } = context
    .switchToHttp()
    .getRequest<{ headers: Record<string, string | undefined> }>();
  const key = headers['idempotency-key'];
  if (!key || !idempotencyKeyPattern.test(key)) {
    throw new IdempotencyKeyRequired(
      'La demande doit porter un en-tête Idempotency-Key (8 à 100 caractères). Rechargez la page et recommencez.',
    );
  }
  return key;
}
