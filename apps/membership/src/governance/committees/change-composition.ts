import { Injectable } from '@nestjs/common';
import type { ChangeCompositionRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Committees } from './committees.pg.js';
import { type Committee, compose, CompositionInvalid, type Seat } from './domain/committee.js';

/** Who sits in a committee, by function and organisation (GOV-5). */
@Injectable()
export class ChangeComposition {
  constructor(
    private readonly commands: Commands,
    private readonly committees: Committees,
  ) {}

  /** Throws CommitteeStale, CompositionInvalid. */
  execute(input: Asked<ChangeCompositionRequest, { seats: readonly Seat[] }>): Promise<Committee> {
    const { caller } = input;
    return this.commands.run(
      {
        operation: 'ChangeComposition',
        action: 'committee.composed',
        subject: `committee:${input.committeeId}`,
      },
      input,
      async (tx) => {
        const { committeeId } = input;
        const committee = await this.committees.findForUpdate(tx, committeeId, caller);
        const composed = compose(committee, input.expectedVersion, input.seats);
        const named = input.seats.map((seat) => seat.organisationId).filter((id) => id !== '');
        const unknown = await this.committees.unknownOrganisations(tx, committee.marketCode, named);
        if (unknown.length > 0) {
          throw new CompositionInvalid(
            `Ces organismes ne sont pas membres du marché : ${unknown.join(', ')}. Laissez leur identifiant vide, ou corrigez-le.`,
            { organisationIds: unknown },
          );
        }
        await this.committees.save(tx, composed);
        return composed;
      },
    );
  }
}
