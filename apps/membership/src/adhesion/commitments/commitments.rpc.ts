import { Controller } from '@nestjs/common';
import {
  type GetAnnexe2Request,
  type ImportAnnexe2Request,
  type PreviewAnnexe2Request,
  type VerifyAnnexe2Request,
  Annexe2Service,
  MembershipService,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import type { LocalDate } from '#libs/time';
import { ImportAnnexe2, type ImportAnnexe2Input } from './import-annexe2.js';
import { ShowAnnexe2 } from './show-annexe2.js';
import { VerifyAnnexe2 } from './verify-annexe2.js';

@Controller()
export class CommitmentsRpc {
  constructor(
    private readonly importAnnexe2UseCase: ImportAnnexe2,
    private readonly verifyAnnexe2UseCase: VerifyAnnexe2,
    private readonly showAnnexe2: ShowAnnexe2,
  ) {}

  @Answers(MembershipService.method.importAnnexe2)
  importAnnexe2(request: ImportAnnexe2Request, caller: Caller) {
    const { idempotencyKey, registerException } = request;
    return this.read(request, { idempotencyKey, registerException, dryRun: false }, caller);
  }

  @Answers(MembershipService.method.previewAnnexe2)
  previewAnnexe2(request: PreviewAnnexe2Request, caller: Caller) {
    return this.read(request, { dryRun: true }, caller);
  }

  @Answers(MembershipService.method.verifyAnnexe2)
  async verifyAnnexe2(
    { membershipId, sha256, signedDocumentId }: VerifyAnnexe2Request,
    caller: Caller,
  ) {
    await this.verifyAnnexe2UseCase.execute({ membershipId, sha256, signedDocumentId, caller });
    return { verified: true };
  }

  @Answers(Annexe2Service.method.getAnnexe2)
  async getAnnexe2({ membershipId, ...page }: GetAnnexe2Request, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const afterLine = decodeCursor(page.cursor, 'integer')?.[0] ?? 0;
    const shown = await this.showAnnexe2.execute({ membershipId, afterLine, limit, caller });
    const { rows: lines, nextCursor } = pageOf(shown.lines, limit, ({ line }) => [line]);
    const { signed, ...rest } = shown;
    return {
      ...rest,
      signedDocumentId: signed?.documentId ?? '',
      signedSha256: signed?.sha256 ?? '',
      lines,
      nextCursor,
    };
  }

  private async read(
    { membershipId, fileName, content, datedOn }: PreviewAnnexe2Request | ImportAnnexe2Request,
    how: Pick<ImportAnnexe2Input, 'dryRun' | 'idempotencyKey' | 'registerException'>,
    caller: Caller,
  ) {
    const read = await this.importAnnexe2UseCase.execute({
      membershipId,
      fileName: cleanName(fileName),
      content,
      datedOn: datedOn as LocalDate,
      ...how,
      caller,
    });
    return { ...read, lineCount: read.lines.length };
  }
}

/** Shown later next to the transcription: one line, no folder. */
const cleanName = (name: string): string =>
  name
    .replace(/^.*[\\/]/s, '')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .slice(0, 200);
