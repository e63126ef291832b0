import { PdfFile } from '../../../../test/support/pdf-file.js';
import type { EntUsers, Letter } from '../ent-users.js';
import type { Services } from '../services.js';

/** `withoutCode`: those that lead to ÉduConnect. */
export type UsedLetters = {
  readonly classes: number;
  readonly typed: number;
  readonly withoutCode: number;
};

const codeLabel = 'Code d’activation';

/**
 * A head prints the letters of each class of the school; whoever has a code types what the letter says. The codes are taken
 * from the text of the PDF and from nowhere else. Printed again, nobody who is in is on it.
 */
export async function useLettersOf(
  services: Services,
  users: EntUsers,
  uai: string,
): Promise<UsedLetters> {
  const head = services.provisioning(`school-${uai.toLowerCase()}`);
  const { classes } = await head.listLetterClasses({ uai });
  let [typed, withoutCode] = [0, 0];
  for (const { label: classLabel, pupils } of classes) {
    // The staff comes in by the academy, where the demo sees it.
    if (pupils === 0) continue;
    const paper = await head.printClassLetters({ uai, classLabel }, { deadlineMs: 60_000 });
    const letters = lettersIn(paper.content);
    const federated = federatedLettersIn(paper.content);
    if (letters.length + federated !== paper.printed)
      throw new Error(
        `${letters.length} codes and ${federated} ways without are on the ${paper.printed} letters of ${classLabel}`,
      );
    await users.useLetters(letters);
    typed += letters.length;
    withoutCode += federated;
  }
  return { classes: classes.length, typed, withoutCode };
}

/** How many pages lead to ÉduConnect; none of them has a code. */
export const federatedLettersIn = (pdf: Uint8Array): number =>
  [...new PdfFile(pdf).pages()].filter(({ texts }) => {
    const words = texts.map(({ text }) => text);
    return !words.includes(codeLabel) && words.join(' ').includes('compte ÉduConnect habituel');
  }).length;

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
