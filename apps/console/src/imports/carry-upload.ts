import type { IncomingMessage } from 'node:http';
import { defineProblem, DomainError } from '#libs/problems';
import type { ClientsOfVisitor } from '../clients/clients.module.js';
import type { Exchange } from '../incoming-file.js';

/** What the directory takes at once has 1 MB; a piece is half of it. */
const pieceBytes = 512 * 1024;

/** Whoever sent it is gone: nobody reads this. */
class UploadCut extends defineProblem('UPLOAD_CUT', 'conflict') {
  constructor() {
    super('L’envoi a été interrompu et rien n’en a été gardé : recommencez-le.');
  }
}

type Directory = ClientsOfVisitor['directory'];

/**
 * Carries a file to the directory piece by piece: one is in memory, and the next is read once the directory has it. One
 * that breaks off, or is refused, ends the whole upload, so that nothing of it stays. Throws what the directory refuses.
 */
export async function carryUpload(
  directory: Directory,
  upload: { readonly uploadId: string; readonly fileName: string },
  { request, response }: Exchange,
): Promise<{ bytes: number }> {
  let offset = 0;
  const send = async (content: Buffer, last: boolean) => {
    const { received } = await directory.sendUpload({ ...upload, offset, content, last });
    offset = received;
  };
  try {
    for await (const piece of piecesOf(request)) await send(piece.content, piece.last);
    return { bytes: offset };
  } catch (error) {
    // What is still on its way is not read.
    response.setHeader('connection', 'close');
    await directory.cancelUpload({ uploadId: upload.uploadId }).catch(() => undefined);
    throw error instanceof DomainError || request.complete ? error : new UploadCut();
  }
}

type Piece = { readonly content: Buffer; readonly last: boolean };

/** Whole pieces; the last one says so once the request has ended as it should. */
async function* piecesOf(request: IncomingMessage): AsyncGenerator<Piece> {
  let held: Buffer[] = [];
  let size = 0;
  // A JSON body was read already: there is no file.
  if (request.readableEnded) {
    yield { content: Buffer.alloc(0), last: true };
    return;
  }
  for await (const piece of request as AsyncIterable<Buffer>) {
    held.push(piece);
    size += piece.length;
    if (size < pieceBytes) continue;
    yield { content: Buffer.concat(held), last: false };
    held = [];
    size = 0;
  }
  yield { content: Buffer.concat(held), last: true };
}
