import { plural } from '#libs/money';
import { defineProblem } from '#libs/problems';
import type { Period } from '#libs/time';
import type { UncountedFacts } from './usage.gateway.js';

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

/** No waiting helps: an operator decides how the reading goes on (`ent positions`), whomever it concerns. */
export class UsageNotRead extends defineProblem('USAGE_NOT_READ', 'conflict') {
  constructor(membershipId: string, { stopped, stoppedAtSource }: UncountedFacts) {
    const services = [
      ...(stopped > 0 ? [{ who: 'La mesure des comptes', name: 'metering' }] : []),
      ...(stoppedAtSource > 0 ? [{ who: 'La gestion des comptes', name: 'provisioning' }] : []),
    ];
    const sentences = services.map(({ who }) => `${who} a cessé de lire ce qui lui est adressé.`);
    const commands = services.map(({ name }) => `ent positions list ${name}`);
    super(
      `${sentences.join(' ')} Elle ne reprendra pas d’elle-même : relancer la facturation n’y changera rien. Demandez à l’administrateur de la plateforme de faire reprendre la lecture (${commands.join(', puis ')}).`,
      { membershipId, stopped, stoppedAtSource },
    );
  }
}

/** No waiting helps: an operator decides on what was set aside (`ent parked`), whomever it concerns. */
export class UsageSetAside extends defineProblem('USAGE_SET_ASIDE', 'conflict') {
  constructor(
    membershipId: string,
    { setAside, ofMembership, ofNoMembership, setAsideAtSource }: UncountedFacts,
  ) {
    const uncounted = { setAside, ofMembership, ofNoMembership, setAsideAtSource };
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

function sentencesOf(
  uncounted: Pick<
    UncountedFacts,
    'setAside' | 'ofMembership' | 'ofNoMembership' | 'setAsideAtSource'
  >,
): string[] {
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
