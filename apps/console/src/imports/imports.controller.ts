import { Readable } from 'node:stream';
import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { Clients, type ClientsOfVisitor } from '../clients/clients.module.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';

/** What the gateway cannot carry of imports: files, in either direction. */
@Controller('api/support/imports')
export class ImportsController {
  constructor(private readonly clients: Clients) {}

  @AllowPeople('support-2')
  @Get(':importId/remarks/csv')
  async remarks(@CurrentVisitor() visitor: Visitor, @Param('importId') importId: string) {
    const { directory } = this.clients.of(visitor);
    // The first piece before the answer begins: what is refused is still told as such.
    const first = await directory.readRemarksFile({ importId });
    return new StreamableFile(Readable.from(piecesOf(directory, importId, first)), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename*=UTF-8''${encodeURIComponent(`remarques-${importId}.csv`)}`,
    }).setErrorHandler(
      // A file broken off must not look whole: the connection is cut.
      (_error, response) => void (response as unknown as { destroy(): void }).destroy(),
    );
  }
}

type Directory = ClientsOfVisitor['directory'];
type Piece = Awaited<ReturnType<Directory['readRemarksFile']>>;

async function* piecesOf(directory: Directory, importId: string, first: Piece) {
  for (let piece = first; ;) {
    yield piece.content;
    if (piece.nextCursor === '') return;
    piece = await directory.readRemarksFile({ importId, cursor: piece.nextCursor });
  }
}
