import { frenchDate, localDate } from '#libs/time';

export type SealFinding = {
  readonly code:
    /** An entry says something else than when it was sealed. */
    | 'ENTRY_REWRITTEN'
    | 'ENTRY_REMOVED'
    /** Recorded as of a time whose seals were made long before. */
    | 'ENTRY_ADDED'
    /** All entries of a seal, before it is due. */
    | 'PERIOD_REMOVED'
    /** Which entries belong to a seal is no longer what it sealed. */
    | 'PERIOD_CHANGED'
    | 'SEAL_REWRITTEN'
    | 'SEAL_REMOVED'
    /** A chain is shorter than it was when it was anchored, or another one. */
    | 'CHAIN_CUT'
    | 'CHAIN_REWRITTEN'
    | 'ANCHORS_CHANGED'
    | 'ANCHORS_MISSING';
  /** Or the chain that was anchored, `order-ledger/…`. */
  readonly book: string;
  readonly seal?: number;
  /** Of the seal's entries, in UTC; of the anchor. */
  readonly day?: string;
  readonly entry?: string;
};

/** In French, for whoever has to act on it. */
export function sayFinding({ code, book, seal, day, entry }: SealFinding): string {
  const date = day === undefined ? 'un jour inconnu' : frenchDate(localDate(day));
  const line = `La ligne ${entry} du ${date}`;
  const period = `Le scellé ${seal} du ${date}`;
  const chain = `La chaîne « ${book} »`;
  switch (code) {
    case 'ENTRY_REWRITTEN':
      return `${line} n’est plus celle qui a été scellée (scellé ${seal}).`;
    case 'ENTRY_REMOVED':
      return `${line} a disparu (scellé ${seal}).`;
    case 'ENTRY_ADDED':
      return `${line} a été ajoutée après coup.`;
    case 'PERIOD_REMOVED':
      return `${period} est vide : ses lignes ont disparu avant le terme de leur conservation.`;
    case 'PERIOD_CHANGED':
      return `${period} ne couvre plus les mêmes lignes : une au moins a été ajoutée, retirée ou réécrite.`;
    case 'SEAL_REWRITTEN':
      return `${period} a été réécrit, ou ne suit plus le précédent.`;
    case 'SEAL_REMOVED':
      return `Le scellé ${seal}, qui suivait le ${date}, a disparu avec ses lignes.`;
    case 'CHAIN_CUT':
      return `${chain} s’arrête avant son n° ${seal}, ancré le ${date} : sa fin a disparu.`;
    case 'CHAIN_REWRITTEN':
      return `${chain} a été réécrite : son n° ${seal} n’est plus celui qui a été ancré le ${date}.`;
    case 'ANCHORS_CHANGED':
      return `Le fichier des ancres du ${date} a été modifié, ou le précédent retiré.`;
    case 'ANCHORS_MISSING':
      return `Les ancres du journal « ${book} » manquent depuis le ${date}.`;
  }
}

/** What to do where something was found. */
export const afterFindings =
  'Ne corrigez rien : faites une copie de la base et des ancres, comparez-les avec la dernière sauvegarde et prévenez le délégué à la protection des données.';
