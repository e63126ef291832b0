import { Controller } from '@nestjs/common';
import {
  type AcceptSchoolTransferRequest,
  type CancelSchoolTransferRequest,
  type ComplementaryLine,
  type DeclineSchoolTransferRequest,
  type ListSchoolTransfersRequest,
  type ListTransfersOfMemberRequest,
  plain,
  type PreviewSchoolTransferRequest,
  type PreviewTransferAcceptanceRequest,
  SchoolService,
  type SchoolTransferTerms,
  type TransferSchoolsRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import { type Caller, NotVisible } from '#libs/identity';
import { refusalFields } from '#libs/problems';
import { Answers } from '#libs/rpc';
import { type OrderLine, toOrderMessage } from '../../orders/ledger/orders.module.js';
import { AcceptTransfer } from './accept-transfer.js';
import { CloseTransfer } from './close-transfer.js';
import { PreviewTransfer, type TransferPreview } from './preview-transfer.js';
import { TransferSchools } from './transfer-schools.js';
import { ViewTransfers } from './view-transfers.js';
import { totalMissing } from './domain/seats-needed.js';
import type { TransferTerms } from './domain/transfer.js';

@Controller()
export class SchoolTransfersRpc {
  constructor(
    private readonly previewUseCase: PreviewTransfer,
    private readonly transferUseCase: TransferSchools,
    private readonly acceptUseCase: AcceptTransfer,
    private readonly closeUseCase: CloseTransfer,
    private readonly views: ViewTransfers,
  ) {}

  @Answers(SchoolService.method.previewSchoolTransfer)
  async previewSchoolTransfer(request: PreviewSchoolTransferRequest, caller: Caller) {
    const terms = fromTerms(request.terms);
    const preview = await this.previewUseCase.execute({ terms, transferId: '', lines: [], caller });
    return { preview: toPreviewMessage(preview) };
  }

  @Answers(SchoolService.method.transferSchools)
  async transferSchools(request: TransferSchoolsRequest, caller: Caller) {
    const input = { ...plain(request), terms: fromTerms(request.terms), caller };
    const transferId = await this.transferUseCase.execute(input);
    return { transfer: await this.views.find({ transferId, caller }) };
  }

  @Answers(SchoolService.method.listSchoolTransfers)
  listSchoolTransfers({ marketCode, ...page }: ListSchoolTransfersRequest, caller: Caller) {
    return this.list({ marketCode, membershipId: '' }, page, caller);
  }

  @Answers(SchoolService.method.cancelSchoolTransfer)
  cancelSchoolTransfer(request: CancelSchoolTransferRequest, caller: Caller) {
    return this.close(request, caller);
  }

  @Answers(SchoolService.method.listTransfersOfMember)
  listTransfersOfMember({ membershipId, ...page }: ListTransfersOfMemberRequest, caller: Caller) {
    return this.list({ marketCode: '', membershipId }, page, caller);
  }

  @Answers(SchoolService.method.previewTransferAcceptance)
  async previewTransferAcceptance(request: PreviewTransferAcceptanceRequest, caller: Caller) {
    const { transferId } = await this.received(request, caller);
    const lines = fromComplementary(request.lines);
    const asked = { terms: undefined, transferId, lines, caller };
    return { preview: toPreviewMessage(await this.previewUseCase.execute(asked)) };
  }

  @Answers(SchoolService.method.acceptSchoolTransfer)
  async acceptSchoolTransfer(request: AcceptSchoolTransferRequest, caller: Caller) {
    const { transferId } = await this.received(request, caller);
    const { membershipId: _, ...asked } = plain(request);
    const lines = fromComplementary(request.lines);
    const { order } = await this.acceptUseCase.execute({ ...asked, lines, caller });
    return {
      transfer: await this.views.find({ transferId, caller }),
      ...(order ? { order: toOrderMessage(order.order) } : {}),
      warnings: order?.warnings ?? [],
    };
  }

  @Answers(SchoolService.method.declineSchoolTransfer)
  async declineSchoolTransfer(request: DeclineSchoolTransferRequest, caller: Caller) {
    await this.received(request, caller);
    return this.close(request, caller);
  }

  private async close(
    { idempotencyKey, transferId }: CancelSchoolTransferRequest | DeclineSchoolTransferRequest,
    caller: Caller,
  ) {
    await this.closeUseCase.execute({ idempotencyKey, transferId, caller });
    return { transfer: await this.views.find({ transferId, caller }) };
  }

  private async list(
    of: { readonly marketCode: string; readonly membershipId: string },
    page: Pick<ListSchoolTransfersRequest, 'status' | 'limit' | 'cursor'>,
    caller: Caller,
  ) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.views.list({ ...of, status: page.status, ...part, caller }),
      (row) => [row.effectiveOn, row.transferId],
    );
    return { transfers: rows, nextCursor };
  }

  /** The membership that the request speaks for is the one that receives. Throws NotVisible. */
  private async received(
    { membershipId, transferId }: { readonly membershipId: string; readonly transferId: string },
    caller: Caller,
  ) {
    const found = await this.views.find({ transferId, caller });
    if (found.toMembershipId !== membershipId) throw new NotVisible();
    return found;
  }
}

// The contract's bounds hold by now: schools and days are what they should be.
const fromTerms = (terms: SchoolTransferTerms | undefined) =>
  plain(terms!) as unknown as TransferTerms;

const fromComplementary = (lines: readonly ComplementaryLine[]) => lines.map(plain) as OrderLine[];

const toPreviewMessage = ({ refusal, seats, warnings }: TransferPreview) => ({
  ...refusalFields(refusal),
  seats,
  seatsMissing: totalMissing(seats),
  warnings,
});
