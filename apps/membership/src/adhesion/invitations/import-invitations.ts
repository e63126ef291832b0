import { Injectable } from '@nestjs/common';
import type { ImportInvitationsRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { SpreadsheetRefused } from '#libs/spreadsheets';
import type { LocalDate } from '#libs/time';
import type { LineFault } from '#libs/trade';
import { readInvitees } from './read-invitees.js';
import { InviteOrganisations } from './invite-organisations.js';

export type ImportInvitationsInput = Asked<ImportInvitationsRequest, { invitedOn: LocalDate }>;

/** Invites the organisations of a list: all or none, every fault told with its line. */
@Injectable()
export class ImportInvitations {
  constructor(private readonly invite: InviteOrganisations) {}

  /** A faulty list is an answer, not an error. Throws what inviting throws. */
  async execute(
    input: ImportInvitationsInput,
  ): Promise<{ invited: number; known: number; faults: readonly LineFault[] }> {
    requireMarket(input.caller, input.marketCode);
    const nothing = { invited: 0, known: 0 };
    try {
      const { invitees, faults: unread } = await readInvitees(input.content, input.fileName);
      const faults = [...unread, ...this.invite.faults(invitees)].sort((a, b) => a.line - b.line);
      if (faults.length > 0 || input.dryRun) return { ...nothing, faults };
      return { ...(await this.invite.execute({ ...input, invitees })), faults };
    } catch (error) {
      if (!(error instanceof SpreadsheetRefused)) throw error;
      return { ...nothing, faults: [{ line: 1, code: error.code, message: error.message }] };
    }
  }
}
