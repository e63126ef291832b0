import type { IncomingMessage, ServerResponse } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** A request whose body is read as it comes, and its response. */
export type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** A file of any length, for who takes it piece by piece; behind the guards: who may not upload sends nothing. */
export const IncomingFile = createParamDecorator(incomingFileOf);

/** Exported for the description of the routes. */
export function incomingFileOf(_data: unknown, context: ExecutionContext): Exchange {
  const http = context.switchToHttp();
  return {
    request: http.getRequest<IncomingMessage>(),
    response: http.getResponse<ServerResponse>(),
  };
}
