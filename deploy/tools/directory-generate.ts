import { formatCount, plural } from '#libs/money';
import { isLocalDate } from '#libs/time';
import {
  directoryFormats,
  FolderNotEmpty,
  generateDirectory,
  isDirectoryFormat,
  SchoolNotInPopulation,
} from '../../test/support/generator/formats/generate-directory.js';
import { firstDay, lastDay } from '../../test/support/generator/school-years/calendar.js';
import { type Given, numberOf, pathOf, status, UsageError } from './ent/command.js';

const peopleMax = 1_000_000;
const schoolsBetweenNews = 100;

export const generation = {
  format: { type: 'string' },
  size: { type: 'string' },
  seed: { type: 'string' },
  day: { type: 'string' },
  school: { type: 'string' },
} as const;

/** `directory generate FOLDER …`: files to try an import with; asks no service. */
export async function generateFiles(given: Given) {
  const format = given.text('format') ?? '';
  if (!isDirectoryFormat(format)) {
    throw new UsageError(`--format : l’un de ${directoryFormats.join(', ')} est attendu.`);
  }
  const size = numberOf(given, 'size') ?? 10_000;
  if (size < 1 || size > peopleMax) {
    throw new UsageError(`--size : de 1 à ${formatCount(peopleMax)} personnes.`);
  }
  const day = given.text('day') ?? firstDay;
  if (!isLocalDate(day) || day < firstDay || day > lastDay) {
    throw new UsageError(`--day : un jour de ${firstDay} à ${lastDay} est attendu.`);
  }
  if (format === 'aaf-delta' && day === firstDay) {
    throw new UsageError(
      `--day : aucun delta le premier jour, ${firstDay} ; donnez un jour suivant.`,
    );
  }
  const [place = ''] = given.operands;
  const folder = pathOf(place);
  const uai = given.text('school');
  const seed = given.text('seed') ?? '1';
  try {
    const written = generateDirectory({
      ...{ format, size, seed, day, folder },
      ...(uai === undefined ? {} : { uai }),
      progress: (done, schools) => {
        if (done > 0 && done % schoolsBetweenNews === 0) {
          console.error(`${formatCount(done)} écoles sur ${formatCount(schools)}…`);
        }
      },
    });
    const { files, schools, pupils, guardians, staff } = written;
    return {
      status: status.ok,
      json: { ...{ format, size, seed, day, folder }, ...written },
      lines: [
        `${plural(files.length, 'fichier écrit', 'fichiers écrits')} dans ${place} : ${plural(schools, 'école', 'écoles')}, ${plural(pupils, 'élève', 'élèves')}, ${plural(guardians, 'responsable', 'responsables')}, ${plural(staff, 'agent', 'agents')}.`,
        'Toutes les personnes sont inventées ; les écoles sont réelles (Ministère de l’Éducation nationale : annuaire de l’éducation, effectifs par école, IPS ; INSEE : code officiel géographique et populations ; Etalab ; Licence Ouverte 2.0).',
        'La même commande écrit les mêmes fichiers, octet pour octet.',
      ],
    };
  } catch (error) {
    if (error instanceof FolderNotEmpty) {
      throw new UsageError(`${place} n’est pas vide : donnez un dossier vide ou un nouveau nom.`);
    }
    if (error instanceof SchoolNotInPopulation) {
      throw new UsageError(
        `${uai} n’est pas parmi les écoles de cette population : changez --school, ou augmentez --size.`,
      );
    }
    throw error;
  }
}
