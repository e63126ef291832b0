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

/** An import as a terminal shows it. */
export function linesOf(report: Import | undefined): string[] {
  if (report === undefined) return [];
  const { importId, folder, startedOn, state, remarks } = report;
  return [
    `${importId}  ${folder === importId ? 'nom oublié' : folder}, demandé le ${startedOn} : ${states[state] ?? state}.`,
    `  ${plural(report.entriesRead, 'entrée lue', 'entrées lues')}, ${plural(report.structures, 'école', 'écoles')} ; personnes : ${plural(report.peopleCreated, 'nouvelle', 'nouvelles')}, ${plural(report.peopleChanged, 'modifiée', 'modifiées')}, ${plural(report.peopleRemoved, 'partante', 'partantes')} ; ${plural(report.peopleApplied, 'enregistrée', 'enregistrées')} sur ${formatCount(report.peoplePlanned)}.`,
    ...remarks.map(({ message, count }) => `  • ${message} (${formatCount(count)})`),
  ];
}
