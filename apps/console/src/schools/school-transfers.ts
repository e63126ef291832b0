import { Injectable } from '@nestjs/common';
import { NotVisible, requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';
import type {
  AcceptanceBody,
  ComplementaryBody,
  OwnTransfersQuery,
  TransferBody,
  TransferPreviewBody,
  TransfersQuery,
} from './schools.dto.js';
import { fromLine, toPreview, toTransfer } from './schools.mapping.js';

/** Transfers of schools: membership judges them (SCH-2), the console carries. */
@Injectable()
export class SchoolTransfers {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async preview(visitor: Visitor, terms: TransferPreviewBody) {
    await this.requireBoth(visitor, terms);
    return toPreview(await this.clients.of(visitor).schools.previewSchoolTransfer({ terms }));
  }

  /** SEATS_MISSING comes as a problem with its figures, unless a proposal is wanted. */
  async transfer(visitor: Visitor, { propose, ...terms }: TransferBody, idempotencyKey: string) {
    await this.requireBoth(visitor, terms);
    const { transfer } = await this.clients
      .of(visitor)
      .schools.transferSchools({ idempotencyKey, terms, propose });
    return { transfer: transfer ? toTransfer(transfer) : null };
  }

  async list(visitor: Visitor, { market: marketCode, status, ...page }: TransfersQuery) {
    requireMarket(visitor, marketCode);
    const asked = { marketCode, status, page };
    const answer = await this.clients.of(visitor).schools.listSchoolTransfers(asked);
    return {
      transfers: answer.transfers.map(toTransfer),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }

  async cancel(visitor: Visitor, transferId: string, idempotencyKey: string) {
    const { transfer } = await this.clients
      .of(visitor)
      .schools.closeSchoolTransfer({ idempotencyKey, transferId });
    return { transfer: transfer ? toTransfer(transfer) : null };
  }

  async ofMember(visitor: Visitor, membershipId: string, query: OwnTransfersQuery) {
    const { marketCode } = await this.own.membership(visitor, membershipId);
    const { status, ...page } = query;
    const asked = { marketCode, membershipId, status, page };
    const answer = await this.clients.of(visitor).schools.listSchoolTransfers(asked);
    return {
      transfers: answer.transfers.map(toTransfer),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }

  async previewAcceptance(
    visitor: Visitor,
    membershipId: string,
    transferId: string,
    { lines }: ComplementaryBody,
  ) {
    await this.own.require(visitor, membershipId);
    const asked = { transferId, lines: lines.map(fromLine) };
    return toPreview(await this.clients.of(visitor).schools.previewSchoolTransfer(asked));
  }

  /** Accepts with the complementary order: both, or a problem with its figures and neither. */
  async accept(
    visitor: Visitor,
    membershipId: string,
    transferId: string,
    body: AcceptanceBody,
    idempotencyKey: string,
  ) {
    await this.own.require(visitor, membershipId);
    const { transfer, warnings } = await this.clients.of(visitor).schools.acceptSchoolTransfer({
      idempotencyKey,
      transferId,
      lines: body.lines.map(fromLine),
      confirmedSeatsMissing: body.confirmedSeatsMissing,
    });
    return { transfer: transfer ? toTransfer(transfer) : null, warnings };
  }

  async decline(
    visitor: Visitor,
    membershipId: string,
    transferId: string,
    idempotencyKey: string,
  ) {
    await this.own.require(visitor, membershipId);
    return this.cancel(visitor, transferId, idempotencyKey);
  }

  private async requireBoth(
    visitor: Visitor,
    { fromMembershipId, toMembershipId }: TransferPreviewBody,
  ): Promise<void> {
    const giver = await this.own.membership(visitor, fromMembershipId);
    const receiver = await this.own.membership(visitor, toMembershipId);
    if (giver.marketCode !== receiver.marketCode) throw new NotVisible();
  }
}
