import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { MemberArchive } from './member-archive.js';

const readers = ['member-reader', 'member-orderer', 'member-finance', 'coordinator'] as const;

@Controller('api')
export class ArchiveController {
  constructor(private readonly archives: MemberArchive) {}

  @AllowPeople(...readers)
  @Get('memberships/:membershipId/archive')
  async archive(@CurrentVisitor() visitor: Visitor, @Param('membershipId') membershipId: string) {
    const { name, zip } = await this.archives.open(visitor, membershipId);
    const disposition = `attachment; filename="${name}"`;
    // An archive broken off must not look whole: the connection is cut.
    return new StreamableFile(zip, { type: 'application/zip', disposition }).setErrorHandler(
      (_error, response) => void (response as unknown as { destroy(): void }).destroy(),
    );
  }
}
