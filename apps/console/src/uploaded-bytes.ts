import type { IncomingMessage, ServerResponse } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { defineProblem } from '#libs/problems';

export class UploadTooLarge extends defineProblem('UPLOAD_TOO_LARGE', 'invalid') {}

/** A file as the body of the request, byte by byte; `@UploadedBytes(5_000_000)` says how many at most. */
export const UploadedBytes = createParamDecorator(uploadedBytesOf);

/** Exported for the description of the routes. Read behind the guards: who may not upload sends nothing. */
export async function uploadedBytesOf(
  bytesMax: number,
  context: ExecutionContext,
): Promise<Uint8Array> {
  const http = context.switchToHttp();
  const request = http.getRequest<IncomingMessage>();
  // A JSON body was read already: there is no file.
  if (request.readableEnded) return Buffer.alloc(0);
  const pieces: Buffer[] = [];
  let bytes = 0;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced <= bytesMax) {
    for await (const piece of request as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > bytesMax) break;
      pieces.push(piece);
    }
  }
  if (Math.max(bytes, announced) <= bytesMax) return Buffer.concat(pieces);
  // What is still on its way is not read.
  http.getResponse<ServerResponse>().setHeader('connection', 'close');
  throw new UploadTooLarge(
    `Le fichier dépasse ${sizeInWords(bytesMax)} : réduisez-le et renvoyez-le.`,
    { bytesMax },
  );
}

const sizeInWords = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.trunc(bytes / 1_000)} ko` : `${Math.trunc(bytes / 1_000_000)} Mo`;
