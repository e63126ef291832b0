import { Injectable } from '@nestjs/common';
import { type Caller, mayIn, seesEveryMember } from '#libs/identity';
import type { LocalDate } from '#libs/time';
import { type Financer, SchoolsFinanced } from './schools-financed.pg.js';

/** Which members pay for schools on a day (SCH-1), of the caller's markets; a head is told of the own school alone (SUP-3). */
@Injectable()
export class FindFinancers {
  constructor(private readonly links: SchoolsFinanced) {}

  async execute(input: {
    readonly uais: readonly string[];
    readonly on: LocalDate;
    readonly caller: Caller;
  }): Promise<Financer[]> {
    const { uais, on, caller } = input;
    const found = await this.links.financers(uais, on);
    return found.filter(
      ({ uai, marketCode }) =>
        seesEveryMember(caller, marketCode) ||
        (mayIn(caller, marketCode, 'school') && caller.uais.includes(uai)),
    );
  }
}
