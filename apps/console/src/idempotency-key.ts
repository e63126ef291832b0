import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { defineProblem } from '#libs/problems';

/** A command without a key could be executed twice by a nervous click. */
export class IdempotencyKeyRequired extends defineProblem('IDEMPOTENCY_KEY_REQUIRED', 'invalid') {}

/** The header `Idempotency-Key` of a command, passed on to the service that executes it. */
export const IdempotencyKey = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const { headers } = context
    .switchToHttp()
    .getRequest<{ headers: Record<string, string | undefined> }>();
  const key = headers['idempotency-key'];
  if (!key || !/^[\w.:-]{8,100}$/.test(key)) {
    throw new IdempotencyKeyRequired(
      'La demande doit porter un en-tête Idempotency-Key (8 à 100 caractères). Rechargez la page et recommencez.',
    );
  }
  return key;
});
