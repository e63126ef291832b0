import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { ImportAnnexe2Request, VerifyAnnexe2Request } from '#libs/contracts';
import { Allow, type Caller, CurrentCaller } from '#libs/identity';
import { localDate } from '#libs/time';
import { ImportAnnexe2 } from './import-annexe2.js';
import { VerifyAnnexe2 } from './verify-annexe2.js';

@Controller()
export class CommitmentsRpc {
  constructor(
    private readonly importAnnexe2UseCase: ImportAnnexe2,
    private readonly verifyAnnexe2UseCase: VerifyAnnexe2,
  ) {}

  @GrpcMethod('MembershipService', 'ImportAnnexe2')
  @Allow('coordinator', 'admin', 'player', 'member-orderer')
  async importAnnexe2(@Payload() request: ImportAnnexe2Request, @CurrentCaller() caller: Caller) {
    const { lines, commitment, ...rest } = await this.importAnnexe2UseCase.execute({
      membershipId: request.membershipId,
      fileName: cleanName(request.fileName),
      idempotencyKey: request.idempotencyKey,
      content: request.content,
      datedOn: localDate(request.datedOn),
      dryRun: request.dryRun,
      caller,
    });
    return {
      ...rest,
      lines: lines.map((line) => ({ ...line, quantity: BigInt(line.quantity) })),
      commitment: commitment.map(({ itemCode, quantity }) => ({
        itemCode,
        quantity: BigInt(quantity),
      })),
    };
  }

  @GrpcMethod('MembershipService', 'VerifyAnnexe2')
  @Allow('coordinator', 'admin', 'player')
  async verifyAnnexe2(
    @Payload() { membershipId, sha256 }: VerifyAnnexe2Request,
    @CurrentCaller() caller: Caller,
  ) {
    await this.verifyAnnexe2UseCase.execute({ membershipId, sha256, caller });
    return {};
  }
}

/** Shown later next to the transcription: one line, no folder. */
const cleanName = (name: string): string =>
  name
    .replace(/^.*[\\/]/s, '')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .slice(0, 200);
