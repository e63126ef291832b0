import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { defineProblem } from '#libs/problems';

/** Without it a change could undo another's, unseen. */
export class IfMatchRequired extends defineProblem('IF_MATCH_REQUIRED', 'invalid') {}

/** The version that the header `If-Match` names: the ETag of what was read. The owner refuses a stale one (412). */
export const IfMatch = createParamDecorator(ifMatchOf);

/** Exported for the description of the routes: it marks those that need the header. */
export function ifMatchOf(_data: unknown, context: ExecutionContext): number {
  const { headers } = context
    .switchToHttp()
    .getRequest<{ headers: Record<string, string | undefined> }>();
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(headers['if-match'] ?? '')?.[1];
  if (version === undefined) {
    throw new IfMatchRequired(
      'La demande doit porter un en-tête If-Match : l’ETag de ce qui est modifié. Rechargez la page et recommencez.',
    );
  }
  return Number(version);
}

export const versioned = 'console:versioned';

type Response = { setHeader(name: string, value: string): void };

/** Whoever reads something that can be edited gets its version as ETag, to name it in `If-Match`. */
class EtagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map((answer: { version: number }) => {
        response.setHeader('etag', `"${answer.version}"`);
        return answer;
      }),
    );
  }
}

/** The route answers one thing that can be edited, with its `version`: it stands in the ETag too. */
export const Versioned = () =>
  applyDecorators(SetMetadata(versioned, true), UseInterceptors(new EtagInterceptor()));
