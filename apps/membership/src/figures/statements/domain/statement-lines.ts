import { frenchDate } from '#libs/time';
import type { Statement, StatementEvent } from './statement.js';

/** A line that does not say the same. */
export type Difference = {
  readonly line: string;
  readonly stated: string;
  readonly recomputed: string;
};

/**
 * What a statement says, line by line, as people name it: the facts alone. Names, labels and addresses are
 * left out, since these may change while the facts of that day stand.
 */
export function linesOf(statement: Statement): ReadonlyMap<string, string> {
  const { on, membershipId, market, member, startsOn, endsOn, annexe2, items, ledger } = statement;
  return new Map([
    ['Date', frenchDate(on)],
    ['Marché', market.code],
    ['Adhésion', membershipId],
    ['SIREN de l’adhérent', member.siren],
    ['Début de l’adhésion', frenchDate(startsOn)],
    ['Fin de l’adhésion (premier jour exclu)', frenchDate(endsOn)],
    ['Portée de l’engagement', statement.floorScope],
    ['Annexe 2, date', annexe2 ? frenchDate(annexe2.datedOn) : ''],
    ['Annexe 2, empreinte de la transcription', annexe2?.sha256 ?? ''],
    ['Annexe 2, empreinte du document signé', annexe2?.signedSha256 ?? ''],
    ...items.flatMap(({ itemCode, ...item }): [string, string][] => [
      [`${itemCode}, annexe 2`, String(item.annexe2)],
      [`${itemCode}, engagement`, String(item.commitment)],
      [`${itemCode}, commandé`, String(item.ordered)],
    ]),
    ['Registre, nombre de bons', String(ledger.position)],
    ['Registre, dernier bon', ledger.lastNumber],
    ['Registre, empreinte', ledger.head],
    ...statement.events.map((event, index): [string, string] => [
      `Événement ${index + 1}`,
      `${eventTitle(event)} ${event.reference}, ${frenchDate(event.on)}`,
    ]),
  ]);
}

/** Lines of either that the other does not have alike, in the order of the paper. */
export function differencesOf(stated: Statement, recomputed: Statement): Difference[] {
  const [one, other] = [linesOf(stated), linesOf(recomputed)];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((line) => {
    const [said, found] = [one.get(line) ?? '', other.get(line) ?? ''];
    return said === found ? [] : [{ line, stated: said, recomputed: found }];
  });
}

/** What somebody reads on a paper, compared with what was given. */
export function figureDifferences(
  figures: readonly { itemCode: string; commitment: number; ordered: number }[],
  given: Statement,
): Difference[] {
  return figures.flatMap(({ itemCode, commitment, ordered }) => {
    const item = given.items.find((candidate) => candidate.itemCode === itemCode);
    const compared = [
      { line: `${itemCode}, engagement`, said: commitment, found: item?.commitment },
      { line: `${itemCode}, commandé`, said: ordered, found: item?.ordered },
    ];
    return compared
      .filter(({ said, found }) => said !== found)
      .map(({ line, said, found }) => ({
        line,
        stated: String(said),
        recomputed: found === undefined ? '' : String(found),
      }));
  });
}

export function eventTitle({ kind }: StatementEvent): string {
  switch (kind) {
    case 'WITHDRAWAL':
      return 'Retrait demandé';
    case 'WITHDRAWAL_REVOKED':
      return 'Demande de retrait révoquée';
    case 'EXCLUSION':
      return 'Exclusion';
    case 'SUCCESSION_GIVEN':
      return 'Succession, au profit de';
    case 'SUCCESSION_RECEIVED':
      return 'Succession, reprise de';
    default:
      return kind satisfies never;
  }
}
