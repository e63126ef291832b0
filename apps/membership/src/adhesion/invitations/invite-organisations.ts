import { Injectable } from '@nestjs/common';
import type { InviteOrganisationsRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { defineProblem, pointsToMend } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { Commands } from '#libs/commands';
import type { LineFault } from '#libs/trade';
import { Markets } from '../../contract/markets/markets.module.js';
import { Communes } from '../../organisations/organisations.module.js';
import { faultsIn, type Invitee } from './domain/invitation.js';
import { Invitations } from './invitations.pg.js';

export class InviteesInvalid extends defineProblem('INVITEES_INVALID', 'invalid') {}
export class CampaignFull extends defineProblem('CAMPAIGN_FULL', 'conflict') {}

export const inviteesMax = 5_000;

export type InviteOrganisationsInput = Asked<
  InviteOrganisationsRequest,
  {
    invitedOn: LocalDate;
    invitees: readonly { readonly line: number; readonly invitee: Invitee }[];
  }
>;

/** Invites organisations to adhere to a market (ADH-1): all of the list, or none. */
@Injectable()
export class InviteOrganisations {
  constructor(
    private readonly commands: Commands,
    private readonly invitations: Invitations,
    private readonly markets: Markets,
    private readonly communes: Communes,
  ) {}

  /** What is wrong with the list, before anything is written. */
  faults(invitees: InviteOrganisationsInput['invitees']): LineFault[] {
    const territory = this.communes.territory();
    return faultsIn(invitees, (insee) => territory.communeOf(insee)?.siren);
  }

  /** Who is invited already stays as it is. Throws InviteesInvalid with the faults, CampaignFull. */
  execute(input: InviteOrganisationsInput): Promise<{ invited: number; known: number }> {
    const { marketCode, invitedOn, invitees, caller, idempotencyKey } = input;
    const sirens = invitees.map(({ invitee }) => invitee.siren);
    return this.commands.run(
      {
        operation: 'InviteOrganisations',
        action: 'organisations.invited',
        subject: `market:${marketCode}`,
      },
      { marketCode, invitedOn, sirens, caller, idempotencyKey },
      async (tx, today) => {
        requireMarket(caller, marketCode);
        await this.markets.find(marketCode, tx);
        if (invitedOn > today)
          throw invalid([], 'Une invitation est datée au plus tard d’aujourd’hui.');
        const faults = this.faults(invitees);
        if (faults.length > 0)
          throw invalid(
            faults,
            `La liste comporte ${pointsToMend(faults.length)} : corrigez tout, puis renvoyez-la.`,
          );
        await this.invitations.openCampaign(tx, marketCode);
        const list = invitees.map(({ invitee }) => invitee);
        const taken = await this.invitations.lettersTaken(tx, marketCode, list);
        if (taken.length > 0)
          throw invalid(
            [],
            `Ces lettres portent le numéro d’une autre invitation : ${taken.slice(0, 20).join(', ')}.`,
          );
        if ((await this.invitations.count(tx, marketCode)) + list.length > inviteesMax) {
          throw new CampaignFull(`Une campagne compte au plus ${inviteesMax} organisations.`);
        }
        const by = { by: caller.userId, on: invitedOn };
        const invited = await this.invitations.add(tx, marketCode, list, by);
        return { invited, known: list.length - invited };
      },
    );
  }
}

function invalid(faults: readonly LineFault[], message: string): InviteesInvalid {
  // The first are enough to understand; the import's dry run gives them all.
  return new InviteesInvalid(message, {
    faults: faults.slice(0, 50).map((fault) => ({ ...fault })),
  });
}
