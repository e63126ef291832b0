import { daysIn, frenchDate, type LocalDate, type Period } from '#libs/time';

/** U(d) of a membership over a period, as it is hashed: the same usage gives the same hash (MTR-2). */
export type CountedUsage = {
  readonly membershipId: string;
  /** Accounts that count on some day. */
  readonly accounts: bigint;
  readonly accountDays: bigint;
  /** Of « item|uai|day|open accounts », a line for each day on which U of an item and school changes. */
  readonly usageSha256: string;
};

/** What was counted of a membership when a period was closed; stands as it was given (BIL-5). */
export type Certificate = CountedUsage & {
  readonly certificateId: string;
  /** Among those of the membership, from 1 on. */
  readonly rank: number;
  readonly period: Period;
  /** 0, and one more each time that the period is certified again after late facts. */
  readonly revision: number;
  readonly certifiedOn: LocalDate;
  /** Facts of this intake and of those before were counted. */
  readonly intake: bigint;
  readonly positions: string;
  readonly toldBefore: LocalDate;
  /** Hash of the membership's certificate before; 64 zeros where it is the first. */
  readonly previous: string;
  readonly sha256: string;
};

export const noCertificate = '0'.repeat(64);

/** A year of billing at most (BIL-3), a leap year too. */
const daysMax = 366;
export const mayBeCertified = (period: Period): boolean => daysIn(period) <= daysMax;

/** What a certificate is hashed over; the database has the same in `certificate_hash`. */
export const certificateText = (one: Omit<Certificate, 'sha256' | 'certificateId'>): string =>
  [
    ...[one.membershipId, one.rank, one.period.start, one.period.end, one.revision],
    ...[one.certifiedOn, one.intake, one.positions, one.toldBefore, one.accounts],
    ...[one.accountDays, one.usageSha256, one.previous],
  ].join('|');

/**
 * What does not hold of the certificates of one membership, by rank: in French, for whoever relies on them. `counted`:
 * the same counted again, from the facts of its intake alone.
 */
export function certificateViolations(
  certificates: readonly Certificate[],
  counted: ReadonlyMap<string, CountedUsage>,
  hashOf: (text: string) => string,
): string[] {
  let previous = noCertificate;
  let rank = 0;
  return certificates.flatMap((one) => {
    const again = counted.get(one.certificateId);
    const found = [
      ...(one.sha256 === hashOf(certificateText(one)) ? [] : ['son empreinte n’est pas la sienne']),
      ...(one.previous === previous && one.rank === rank + 1
        ? []
        : ['il ne suit pas le précédent']),
      ...(again && again.accountDays === one.accountDays && again.accounts === one.accounts
        ? []
        : [
            `il dit ${one.accountDays} jours-comptes de ${one.accounts} comptes, les faits en donnent ${again?.accountDays ?? 0n} de ${again?.accounts ?? 0n}`,
          ]),
      ...(again && again.usageSha256 === one.usageSha256
        ? []
        : ['l’usage jour par jour n’est pas celui des faits']),
    ];
    previous = one.sha256;
    rank = one.rank;
    return found.length === 0 ? [] : [`${nameOf(one)} : ${found.join(' ; ')}.`];
  });
}

/** What was kept of late facts, in account-days, and what is counted with them: by now, or by the certificate after it. */
export type LateCount = { readonly kept: bigint; readonly accountDays: bigint };

/** Certified and kept together are what is counted (MTR-3): else somebody wrote a change that no fact made, or lost one. */
export function lateViolations(
  certificates: readonly Certificate[],
  late: ReadonlyMap<string, LateCount>,
): string[] {
  return certificates.flatMap((one) => {
    const found = late.get(one.certificateId);
    if (found === undefined || one.accountDays + found.kept === found.accountDays) return [];
    return [
      `${nameOf(one)} : avec ce qui est gardé de faits tardifs, il en fait ${one.accountDays + found.kept} jours-comptes, les faits en donnent ${found.accountDays}.`,
    ];
  });
}

const nameOf = ({ certifiedOn, membershipId, period, revision }: Certificate): string =>
  `Certificat du ${frenchDate(certifiedOn)} (adhésion ${membershipId}, période du ${frenchDate(period.start)} au ${frenchDate(period.end)} exclu, révision ${revision})`;
