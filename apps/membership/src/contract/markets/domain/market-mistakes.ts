import { isSiren, isSiret, parseVatNumber } from '#libs/identifiers';
import { addMonths, addYears } from '#libs/time';
import { dayOf, type Market } from './market.js';

/** A mistake, with the path of its field first. */
type Check = {
  readonly mistake: string;
  /** Fields that it reads; it is left out where one of them could not be read. */
  readonly needs: readonly string[];
  readonly holds: (market: Market) => boolean;
};

/**
 * What a market may have wrong although each field is well-formed. `unreadable` are the paths of fields that
 * are not: what does not depend on them is judged all the same, so that all mistakes are told together.
 */
export function mistakesIn(market: Market, unreadable: readonly string[] = []): string[] {
  const isReadable = (path: string) =>
    unreadable.every((bad) => bad !== '' && !within(bad, path) && !within(path, bad));
  return checks
    .filter(({ needs, holds }) => needs.every(isReadable) && !holds(market))
    .map(({ mistake }) => mistake);
}

const within = (path: string, ancestor: string) =>
  path === ancestor || path.startsWith(`${ancestor}.`);

const effective = ['calendar.effectiveOn', 'calendar.durationMonths', 'calendar.endsOn'];

const checks: readonly Check[] = [
  {
    mistake: 'coordinatorSiren: not a SIREN (Luhn)',
    needs: ['coordinatorSiren'],
    holds: (market) => isSiren(market.coordinatorSiren),
  },
  {
    mistake: 'supplier.siret: not a SIRET (Luhn)',
    needs: ['supplier.siret'],
    holds: ({ supplier }) => isSiret(supplier.siret),
  },
  {
    mistake: 'supplier.vatNumber: not that of the SIREN',
    needs: ['supplier.vatNumber', 'supplier.siret'],
    holds: ({ supplier }) => isVatNumberOf(supplier.vatNumber, supplier.siret),
  },
  {
    mistake: 'supplier.iban: wrong check digits',
    needs: ['supplier.iban'],
    holds: ({ supplier }) => isIban(supplier.iban),
  },
  {
    mistake: 'items: the same code twice',
    needs: ['items'],
    holds: ({ items }) => areUnique(items.map(({ code }) => code)),
  },
  {
    mistake: 'departments: the same one twice',
    needs: ['departments'],
    holds: ({ departments }) => areUnique(departments),
  },
  {
    mistake: 'accounts.waysIn: a profile twice',
    needs: ['accounts.waysIn'],
    holds: ({ accounts }) => areUnique(accounts.waysIn.map(({ profile }) => profile)),
  },
  ...(['toleranceDays', 'tolerancePercent'] as const).map((term): Check => ({
    mistake: `accounts.${term}: required with overQuota TOLERATE, and refused without it (PRV-2)`,
    needs: ['accounts.overQuota', `accounts.${term}`],
    holds: ({ accounts }) => (accounts.overQuota === 'TOLERATE') === (accounts[term] !== undefined),
  })),
  {
    mistake: 'calendar.tenderEarliestOn: must follow the adhesion deadline (art. 8)',
    needs: ['calendar.adhesionDeadline', 'calendar.tenderEarliestOn'],
    holds: ({ calendar }) => calendar.adhesionDeadline < calendar.tenderEarliestOn,
  },
  {
    mistake: 'calendar.notificationOn: must follow the tender',
    needs: ['calendar.tenderEarliestOn', 'calendar.notificationOn'],
    holds: ({ calendar }) => calendar.tenderEarliestOn <= dayOf(calendar.notificationOn),
  },
  {
    mistake: 'calendar.effectiveOn: must follow notification',
    needs: ['calendar.notificationOn', 'calendar.effectiveOn'],
    holds: ({ calendar }) => dayOf(calendar.notificationOn) <= dayOf(calendar.effectiveOn),
  },
  {
    mistake: 'calendar.endsOn: must follow the effective date',
    needs: ['calendar.effectiveOn', 'calendar.endsOn'],
    holds: ({ calendar }) => dayOf(calendar.effectiveOn) < calendar.endsOn,
  },
  {
    mistake: 'calendar.endsOn: does not agree with the duration',
    needs: effective,
    holds: ({ calendar }) =>
      addMonths(dayOf(calendar.effectiveOn), calendar.durationMonths) === calendar.endsOn,
  },
  {
    mistake:
      'calendar.contractYears: must be the anniversaries of the effective date, up to the end',
    needs: ['calendar.effectiveOn', 'calendar.endsOn', 'calendar.contractYears'],
    holds: ({ calendar }) => areAnniversaries(calendar),
  },
  {
    mistake: 'calendar.noticeWindowMonths: longer than the lock-in',
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

function areUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function isVatNumberOf(vatNumber: string, siret: string): boolean {
  try {
    return parseVatNumber(vatNumber).slice(4) === siret.slice(0, 9);
  } catch {
    // Any reason is the same mistake of the file.
    return false;
  }
}

/** ISO 13616: the number read with letters as 10 to 35, its first four characters last, is 1 modulo 97. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = [...text.slice(4), ...text.slice(0, 4)]
    .map((character) => parseInt(character, 36).toString())
    .join('');
  return BigInt(digits) % 97n === 1n;
}
