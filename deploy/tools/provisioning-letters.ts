import { open, unlink } from 'node:fs/promises';
import { ProvisioningService } from '#libs/contracts';
import { plural } from '#libs/money';
import { askService } from './ent/ask.js';
import { type Given, pathOf, status, UsageError } from './ent/command.js';

export const lettersUsage = `letters UAI   les classes d’une école, et son équipe, dont les lettres d’accès s’impriment
   letters UAI --class CLASSE | letters --account COMPTE  [--out FICHIER.pdf]   les imprime dans un fichier que
   vous seul lisez ; le journal garde qui a imprimé, pour quels comptes ; remettez-les, puis supprimez-le`;

export const lettersVerb = {
  operands: [0, 1],
  options: {
    class: { type: 'string' },
    account: { type: 'string' },
    out: { type: 'string' },
  },
  run: letters,
} as const;

/** As the page does (AUT-1): what is printed stands in the file alone, and no code comes to the terminal. */
async function letters(given: Given) {
  const [uai = ''] = given.operands;
  const [classLabel, accountId] = [given.text('class'), given.text('account')];
  if ((uai === '') === (accountId === undefined) || (accountId !== undefined && classLabel))
    throw new UsageError(
      'Nommez une école (et --class CLASSE), ou un seul compte : --account COMPTE.',
    );
  if (accountId === undefined && classLabel === undefined) return classesOf(uai, given);
  const name = accountId === undefined ? `lettres-${uai}-${classLabel}` : `lettre-${accountId}`;
  const file = pathOf(given.text('out') ?? `${name.replace(/[^\p{L}\p{N}-]+/gu, '-')}.pdf`);
  const { content, told } = await intoOwnFile(file, () =>
    askService('provisioning', ProvisioningService, given, async (client) => {
      if (accountId !== undefined)
        return { ...(await client.printAccountLetter({ accountId })), told: '1 lettre' };
      const printed = await client.printClassLetters({
        uai: uai.toUpperCase(),
        classLabel: classLabel ?? '',
      });
      const count = plural(printed.printed, 'lettre', 'lettres');
      const without = plural(printed.leftOut, 'personne sans lettre', 'personnes sans lettre');
      return { ...printed, told: `${count}, ${without}` };
    }),
  );
  return {
    status: status.ok,
    json: { file, told, bytes: content.length },
    lines: [
      `${file} : ${told}. Lisible par vous seul : imprimez en recto seul, puis supprimez-le.`,
    ],
  };
}

/**
 * The file is there, and nobody else's, before anything is asked: a renewal code that is made and then written nowhere
 * would have ended the one before it for nothing.
 */
async function intoOwnFile<T extends { readonly content: Uint8Array }>(
  file: string,
  make: () => Promise<T>,
): Promise<T> {
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EEXIST' ? 'existe déjà' : `ne s’écrit pas (${error.code})`;
    throw new UsageError(`${file} ${why} : nommez un autre fichier par --out.`);
  });
  try {
    const made = await make();
    await handle.writeFile(made.content);
    return made;
  } catch (error) {
    await unlink(file);
    throw error;
  } finally {
    await handle.close();
  }
}

const states = (activated: number, neverIn: number) =>
  `${plural(activated, 'déjà entré', 'déjà entrés')}, ${plural(neverIn, 'jamais entré', 'jamais entrés')}`;

async function classesOf(asked: string, given: Given) {
  const uai = asked.toUpperCase();
  const { classes } = await askService('provisioning', ProvisioningService, given, (client) =>
    client.listLetterClasses({ uai }),
  );
  const lines = classes.map(({ label, ...of }) => {
    const pupils = `${plural(of.pupils, 'élève', 'élèves')}, ${states(of.activated, of.neverIn)}`;
    const adults = `${plural(of.adults, 'adulte', 'adultes')}, ${states(of.adultsActivated, of.adultsNeverIn)}`;
    const told = [of.pupils > 0 ? pupils : '', of.adults > 0 ? adults : ''].filter(Boolean);
    return `${label.padEnd(24)} ${told.join(' ; ')}`;
  });
  return {
    status: status.ok,
    json: { classes: classes.map(({ $typeName: _, ...one }) => one) },
    lines: lines.length > 0 ? lines : [`${uai} : aucune classe n’a d’élève aujourd’hui.`],
  };
}
