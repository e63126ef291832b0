import type { IncomingMessage } from 'node:http';
import { defineProblem } from '#libs/problems';

export class UploadTooLarge extends defineProblem('DOCUMENT_TOO_LARGE', 'invalid') {}

const bytesMax = 20 * 1024 * 1024;

/** The file that a request carries as its body, as it is: no form around it. Throws UploadTooLarge above 20 MB. */
export async function uploadedBody(request: IncomingMessage): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > bytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > bytesMax) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const tooLarge = () =>
  new UploadTooLarge('Le fichier dépasse 20 Mo : réduisez-le, puis renvoyez-le.', { bytesMax });
