import { Injectable } from '@nestjs/common';
import type { Double, DoubleSide } from '#libs/contracts';
import { BusinessDate } from '#libs/messaging';
import { Clients } from '../clients/clients.module.js';
import { Looks } from '../looks/looks.module.js';
import { People } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { reasonOf, scopeOf, type StatedReason } from './scope.js';
import { sourceOf } from './support.mapping.js';
import { PersonNotFound } from './support-problems.js';

/** Two who may be one, with their names, for whoever decides (DIR-2): the directory says who that is, and what it sees. */
@Injectable()
export class ShowDouble {
  constructor(
    private readonly people: People,
    private readonly looks: Looks,
    private readonly clients: Clients,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws DoubleUnknown of the directory; PersonNotFound where one of them is outside the visitor's scope. */
  execute(visitor: Visitor, pairId: string, stated: StatedReason) {
    const asked = { action: 'PERSON', ...stated } as const;
    return this.looks.keepingRefusal(visitor, asked, async () => {
      const why = reasonOf(visitor, stated);
      const { double } = await this.clients.of(visitor).directory.getDouble({ pairId });
      const { known, newcomer, ...pair } = double as Double;
      const sides = [newcomer!, known!];
      const scope = await scopeOf(visitor, this.businessDate);
      for (const { personId } of sides)
        if (!(await this.people.sees(scope, personId))) throw new PersonNotFound();
      const subjects = sides.map(({ personId }) => personId);
      await this.looks.record(visitor, { action: 'PERSON', ...why, subjects });
      const { pairId: id, score, reasons, foundOn, answer, answeredOn, mergeId, version } = pair;
      return {
        ...{ pairId: id, score, reasons, foundOn, answer, answeredOn, mergeId, version },
        ...{ newcomer: shown(newcomer!), known: shown(known!) },
      };
    });
  }
}

function shown(side: DoubleSide) {
  const { personId, uais, profiles, sources, lastName, firstName, level } = side;
  const schools = side.schools.map(({ uai, name, commune }) => ({ uai, name, commune }));
  return {
    ...{ personId, uais, schools, profiles, sources, lastName, firstName, level },
    attributeSources: side.attributeSources.map(sourceOf),
    birthDate: side.birthDate || null,
    leftOn: side.leftOn || null,
    ...{ childCount: side.childCount, guardianCount: side.guardianCount },
  };
}
