import { isIban, isSiren, isSiret, parseVatNumber } from '#libs/identifiers';
import { addMonths, addYears } from '#libs/time';
import { dayOf, type Market } from './market.js';

/** What is wrong, in French, and in which field of the file. */
export type FieldMistake = { readonly field: string; readonly message: string };

type Check = {
  readonly field: string;
  readonly mistake: string;
  /** Fields that it reads; left out where one could not be read. `[]`: a list, whatever stands in its entries. */
  readonly needs: readonly string[];
  readonly holds: (market: Market) => boolean;
};

/**
 * What a market may have wrong although each field is well-formed. `unreadable` are the paths of fields that
 * are not: what does not depend on them is judged all the same, so that all mistakes are told together.
 */
export function mistakesIn(market: Market, unreadable: readonly string[] = []): FieldMistake[] {
  const isReadable = (need: string) => {
    const path = need.replace('[]', '');
    const misses = (bad: string) => within(path, bad) || (path === need && within(bad, path));
    return unreadable.every((bad) => bad !== '' && !misses(bad));
  };
  return checks
    .filter(({ needs, holds }) => needs.every(isReadable) && !holds(market))
    .map(({ field, mistake }) => ({ field, message: mistake }));
}

const within = (path: string, ancestor: string) =>
  path === ancestor || path.startsWith(`${ancestor}.`);

const effective = ['calendar.effectiveOn', 'calendar.durationMonths', 'calendar.endsOn'];

const checks: readonly Check[] = [
  {
    field: 'coordinatorSiren',
    mistake: 'ce n’est pas un SIREN (neuf chiffres, dont le dernier contrôle les autres)',
    needs: ['coordinatorSiren'],
    holds: (market) => isSiren(market.coordinatorSiren),
  },
  {
    field: 'supplier.siret',
    mistake: 'ce n’est pas un SIRET (quatorze chiffres, dont le dernier contrôle les autres)',
    needs: ['supplier.siret'],
    holds: ({ supplier }) => isSiret(supplier.siret),
  },
  {
    field: 'supplier.vatNumber',
    mistake: 'ce n’est pas le numéro de TVA de ce SIREN',
    needs: ['supplier.vatNumber', 'supplier.siret'],
    holds: ({ supplier }) => isVatNumberOf(supplier.vatNumber, supplier.siret),
  },
  {
    field: 'supplier.iban',
    mistake: 'ce n’est pas un IBAN : vérifiez les chiffres, ceux de contrôle ne correspondent pas',
    needs: ['supplier.iban'],
    holds: ({ supplier }) => isIban(supplier.iban),
  },
  {
    field: 'items',
    mistake: 'le même code d’article figure deux fois',
    needs: ['items[]'],
    holds: ({ items }) => areUnique(items.map((item) => readable(item)?.code)),
  },
  {
    field: 'departments',
    mistake: 'le même département figure deux fois',
    needs: ['departments[]'],
    holds: ({ departments }) => areUnique(departments),
  },
  {
    field: 'accounts.waysIn',
    mistake: 'le même profil figure deux fois',
    needs: ['accounts.waysIn[]'],
    holds: ({ accounts }) => areUnique(accounts.waysIn.map((way) => readable(way)?.profile)),
  },
  ...(['toleranceDays', 'tolerancePercent'] as const).map((term): Check => ({
    field: `accounts.${term}`,
    mistake: 'à renseigner avec overQuota TOLERATE, et seulement alors (PRV-2)',
    needs: ['accounts.overQuota', `accounts.${term}`],
    holds: ({ accounts }) => (accounts.overQuota === 'TOLERATE') === (accounts[term] !== undefined),
  })),
  {
    field: 'calendar.tenderEarliestOn',
    mistake: 'la consultation commence après la date limite d’adhésion (art. 8)',
    needs: ['calendar.adhesionDeadline', 'calendar.tenderEarliestOn'],
    holds: ({ calendar }) => calendar.adhesionDeadline < calendar.tenderEarliestOn,
  },
  {
    field: 'calendar.notificationOn',
    mistake: 'la notification vient après le début de la consultation',
    needs: ['calendar.tenderEarliestOn', 'calendar.notificationOn'],
    holds: ({ calendar }) => calendar.tenderEarliestOn <= dayOf(calendar.notificationOn),
  },
  {
    field: 'calendar.effectiveOn',
    mistake: 'la prise d’effet vient après la notification',
    needs: ['calendar.notificationOn', 'calendar.effectiveOn'],
    holds: ({ calendar }) => dayOf(calendar.notificationOn) <= dayOf(calendar.effectiveOn),
  },
  {
    field: 'calendar.endsOn',
    mistake: 'la fin vient après la prise d’effet',
    needs: ['calendar.effectiveOn', 'calendar.endsOn'],
    holds: ({ calendar }) => dayOf(calendar.effectiveOn) < calendar.endsOn,
  },
  {
    field: 'calendar.endsOn',
    mistake: 'la fin ne correspond pas à la prise d’effet et à la durée en mois',
    needs: effective,
    holds: ({ calendar }) =>
      addMonths(dayOf(calendar.effectiveOn), calendar.durationMonths) === calendar.endsOn,
  },
  {
    field: 'calendar.contractYears',
    mistake: 'ce sont les anniversaires de la prise d’effet, jusqu’à la fin',
    needs: ['calendar.effectiveOn', 'calendar.endsOn', 'calendar.contractYears'],
    holds: ({ calendar }) => areAnniversaries(calendar),
  },
  {
    field: 'calendar.noticeWindowMonths',
    mistake:
      'le délai pour demander le retrait ne dépasse pas la période sans retrait (lockInMonths)',
    needs: ['calendar.noticeWindowMonths', 'calendar.lockInMonths'],
    holds: ({ calendar }) => calendar.noticeWindowMonths <= calendar.lockInMonths,
  },
];

function areAnniversaries(calendar: Market['calendar']): boolean {
  const { contractYears: years, endsOn } = calendar;
  const effectiveOn = dayOf(calendar.effectiveOn);
  return (
    years.every((day, index) => day === addYears(effectiveOn, index)) &&
    addYears(effectiveOn, years.length) >= endsOn &&
    addYears(effectiveOn, years.length - 1) < endsOn
  );
}

const readable = <T>(entry: T): Partial<T> | null => entry;

function areUnique(values: readonly unknown[]): boolean {
  const known = values.filter((value) => value !== undefined);
  return new Set(known).size === known.length;
}

function isVatNumberOf(vatNumber: string, siret: string): boolean {
  try {
    return parseVatNumber(vatNumber).slice(4) === siret.slice(0, 9);
  } catch {
    // Any reason is the same mistake of the file.
    return false;
  }
}
