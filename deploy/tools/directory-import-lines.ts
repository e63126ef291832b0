import type { Import } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';

const states: Readonly<Record<string, string>> = {
  READING: 'lecture des fichiers',
  PLANNED: 'différences établies',
  HELD: 'RETENU PAR LE FREIN : à approuver ou à rejeter',
  FAILED: 'EN ÉCHEC : à relancer',
  APPLYING: 'enregistrement',
  COMPLETED: 'terminé',
  REFUSED: 'refusé',
};

const stateText = ({ state, replacedBy }: Import): string =>
  replacedBy !== '' && ['COMPLETED', 'REFUSED'].includes(state)
    ? `remplacé par l’import ${replacedBy}, plus récent`
    : (states[state] ?? state);

/** An import as a terminal shows it. */
export function linesOf(report: Import | undefined): string[] {
  if (report === undefined) return [];
  const { importId, folder, startedOn, remarks } = report;
  return [
    `${importId}  ${folder === importId ? 'nom oublié' : folder}, demandé le ${startedOn} : ${stateText(report)}.`,
    `  ${plural(report.entriesRead, 'entrée lue', 'entrées lues')}, ${plural(report.structures, 'école', 'écoles')} ; personnes : ${plural(report.peopleCreated, 'nouvelle', 'nouvelles')}, ${plural(report.peopleChanged, 'modifiée', 'modifiées')}, ${plural(report.peopleRemoved, 'partante', 'partantes')} ; ${plural(report.peopleApplied, 'enregistrée', 'enregistrées')} sur ${formatCount(report.peoplePlanned)}.`,
    ...remarks.map(({ message, count }) => `  • ${message} (${formatCount(count)})`),
  ];
}
