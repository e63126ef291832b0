import { PdfFile } from '../../../../test/support/pdf-file.js';
import type { EntUsers, Letter } from '../ent-users.js';
import type { Services } from '../services.js';

export type UsedLetters = { readonly classes: number; readonly printed: number };

const codeLabel = 'Code d’activation';

/**
 * A head prints the letters of each class of the school; pupils and guardians type what they read on theirs. The codes
 * are taken from the text of the PDF and from nowhere else. Printed again, nobody who is in is on it.
 */
export async function useLettersOf(
  services: Services,
  users: EntUsers,
  uai: string,
): Promise<UsedLetters> {
  const head = services.provisioning(`school-${uai.toLowerCase()}`);
  const { classes } = await head.listLetterClasses({ uai });
  let printed = 0;
  for (const { label: classLabel } of classes) {
    const paper = await head.printClassLetters({ uai, classLabel }, { deadlineMs: 60_000 });
    const letters = lettersIn(paper.content);
    if (letters.length !== paper.printed)
      throw new Error(
        `${letters.length} codes are on the ${paper.printed} letters of ${classLabel}`,
      );
    await users.useLetters(letters);
    printed += letters.length;
  }
  return { classes: classes.length, printed };
}

/** Login and code of each page that has a code, as they can be read there. */
export function lettersIn(pdf: Uint8Array): Letter[] {
  return [...new PdfFile(pdf).pages()].flatMap(({ texts }) => {
    const words = texts.map(({ text }) => text);
    const after = (label: string) => words[words.indexOf(label) + 1] ?? '';
    return words.includes(codeLabel)
      ? [{ login: after('Identifiant'), activationCode: after(codeLabel) }]
      : [];
  });
}
