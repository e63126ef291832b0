import { plural } from '#libs/money';
import { defineProblem } from '#libs/problems';
import { type Period } from '#libs/time';
import { type UncountedFacts } from './usage.gateway.js';

/** It comes by itself. */
export class MeteringNotComplete extends defineProblem('METERING_NOT_COMPLETE', 'unavailable') {
  constructor(membershipId: string, period: Period, unread = 0) {
    const waiting =
      unread === 0 ? '' : ` (${plural(unread, 'fait reste', 'faits restent')} à lire)`;
    super(
      `La mesure des comptes n’a pas encore clos cette période${waiting} : relancez la facturation dans quelques instants.`,
      { membershipId, periodEndsOn: period.end, unread },
    );
  }
}

/** No waiting helps: an operator decides on what was set aside (`ent parked`), whomever it concerns. */
export class UsageSetAside extends defineProblem('USAGE_SET_ASIDE', 'conflict') {
  constructor(membershipId: string, { unread: _unread, ...uncounted }: UncountedFacts) {
    const { setAside, setAsideAtSource } = uncounted;
    const places = [
      ...(setAside > 0 ? ['metering'] : []),
      ...(setAsideAtSource > 0 ? ['provisioning'] : []),
    ];
    super(
      `${sentencesOf(uncounted).join(' ')} Tant que rien n’est décidé, relancer la facturation n’y changera rien : demandez à l’administrateur de la plateforme de les rejouer ou de les passer (${places.map((place) => `ent parked list ${place}`).join(', puis ')}).`,
      { membershipId, ...uncounted },
    );
  }
}

function sentencesOf(uncounted: Omit<UncountedFacts, 'unread'>): string[] {
  const { setAside, ofMembership, ofNoMembership, setAsideAtSource } = uncounted;
  const shares = [
    ...(ofMembership > 0 ? [`${ofMembership} de cette adhésion`] : []),
    ...(ofNoMembership > 0 ? [`${ofNoMembership} sans adhésion connue`] : []),
  ];
  const whose = shares.length === 0 ? ', tous d’autres adhésions' : `, dont ${shares.join(' et ')}`;
  return [
    ...(setAside > 0
      ? [`La mesure des comptes a mis de côté ${plural(setAside, 'fait', 'faits')}${whose}.`]
      : []),
    ...(setAsideAtSource > 0
      ? [
          `La gestion des comptes a mis de côté ${plural(setAsideAtSource, 'événement', 'événements')}.`,
        ]
      : []),
  ];
}
