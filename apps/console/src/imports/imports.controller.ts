import { Readable } from 'node:stream';
import { Controller, Get, Param, Put, Query, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { validated } from '#libs/http';
import { Clients, type ClientsOfVisitor } from '../clients/clients.module.js';
import { type Exchange, IncomingFile } from '../incoming-file.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { carryUpload } from './carry-upload.js';
import { ShowPlanMembers } from './show-plan-members.js';

export const uploadedFileQuery = z
  .object({ name: z.string().trim().min(1).max(200) })
  .meta({ description: 'Le fichier est le corps de la demande' });
type UploadedFileQuery = z.infer<typeof uploadedFileQuery>;

export const planMembersQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).default(''),
});
type PlanMembersQuery = z.infer<typeof planMembersQuery>;

/** What the gateway cannot carry of imports: files, in either direction, and what two services tell together. */
@Controller('api/support')
export class ImportsController {
  constructor(
    private readonly clients: Clients,
    private readonly showPlanMembers: ShowPlanMembers,
  ) {}

  // Of a plan that the directory does not show, nothing: it judges who asks, and what of it a head sees.
  @AllowPeople('support-2', 'coordinator', 'school')
  @Get('plans/:planId/members')
  members(
    @CurrentVisitor() visitor: Visitor,
    @Param('planId') planId: string,
    @Query(validated(planMembersQuery)) query: PlanMembersQuery,
  ) {
    return this.showPlanMembers.execute(visitor, planId, query);
  }

  @AllowPeople('support-2', 'school')
  @Put('uploads/:uploadId/files')
  upload(
    @CurrentVisitor() visitor: Visitor,
    @Param('uploadId') uploadId: string,
    @Query(validated(uploadedFileQuery)) { name }: UploadedFileQuery,
    @IncomingFile() file: Exchange,
  ) {
    const { directory } = this.clients.of(visitor);
    return carryUpload(directory, { uploadId, fileName: name }, file);
  }

  @AllowPeople('support-2', 'school')
  @Get('imports/:importId/remarks/csv')
  async remarks(@CurrentVisitor() visitor: Visitor, @Param('importId') importId: string) {
    const { directory } = this.clients.of(visitor);
    // The first piece before the answer begins: what is refused is still told as such.
    const first = await directory.readRemarksFile({ importId });
    return new StreamableFile(Readable.from(piecesOf(directory, importId, first)), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename*=UTF-8''${encodeURIComponent(first.fileName)}`,
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
