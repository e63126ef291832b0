import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EstablishCommitteeRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Markets } from '../../contract/markets/markets.module.js';
import { Committees } from './committees.pg.js';
import { type Committee, establish } from './domain/committee.js';

/** The coordinator sets up the steering committee, or a departmental group (GOV-5, art. 4.2). */
@Injectable()
export class EstablishCommittee {
  constructor(
    private readonly commands: Commands,
    private readonly committees: Committees,
    private readonly markets: Markets,
  ) {}

  /** Throws CommitteeDepartmentUnknown, CommitteeAlreadyEstablished. */
  execute(input: Asked<EstablishCommitteeRequest, Pick<Committee, 'kind'>>): Promise<Committee> {
    const { caller } = input;
    requireMarket(caller, input.marketCode);
    return this.commands.run<Committee>(
      {
        operation: 'EstablishCommittee',
        action: 'committee.established',
        subject: ({ committeeId }) => `committee:${committeeId}`,
      },
      input,
      async (tx, today) => {
        const { market } = await this.markets.find(input.marketCode, tx);
        const committee = establish(randomUUID(), market, input.kind, input.department);
        await this.committees.add(tx, committee, today);
        return committee;
      },
    );
  }
}
