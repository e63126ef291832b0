import { colours, contentWidth as width, page, Sheet } from '#libs/pdf';
import { frenchDate, type LocalDate } from '#libs/time';
import type { LeftOut, Letter } from './domain/letter.js';

export type Letters = {
  readonly school: string;
  /** Empty: one person's letter alone. */
  readonly classLabel: string;
  readonly on: LocalDate;
  /** Where one enters the ENT, as it is typed. */
  readonly address: string;
  readonly letters: readonly Letter[];
  readonly leftOut: readonly LeftOut[];
};

const { margin } = page;

/** One page for each letter; a last one, for the head alone, says who has none and why. */
export function letterDocument(of: Letters): Promise<Buffer> {
  const title =
    of.classLabel === '' ? 'Lettre d’accès à l’ENT' : `Lettres d’accès à l’ENT, ${of.classLabel}`;
  const date = new Date(`${of.on}T12:00:00Z`);
  const sheet = new Sheet({ title, author: of.school, date, isPersonal: true });
  for (const [at, letter] of of.letters.entries()) {
    if (at > 0) sheet.breakPage();
    writeLetter(sheet, letter, of);
  }
  if (of.leftOut.length > 0) {
    if (of.letters.length > 0) sheet.breakPage();
    writeLeftOut(sheet, of);
  }
  return sheet.finish(`${of.school} · ${frenchDate(of.on)}`);
}

function writeLetter(sheet: Sheet, letter: Letter, of: Letters): void {
  const { to } = letter;
  const place = of.classLabel === '' ? of.school : `${of.school}, ${of.classLabel}`;
  sheet.text(place, margin, width, { size: 10, colour: colours.muted });
  sheet.text(frenchDate(of.on), margin, width, { size: 10, colour: colours.muted });
  sheet.y += 26;
  sheet.text(`${to.firstName} ${to.lastName}`, margin + width / 2, width / 2, {
    bold: true,
    size: 13,
  });
  if (to.children.length > 0)
    sheet.text(`À remettre par ${to.children.join(' et ')}`, margin + width / 2, width / 2, {
      size: 10,
    });
  sheet.y += 26;
  sheet.title('Votre accès à l’ENT', margin, width, { size: 18 });
  sheet.y += 6;
  sheet.paragraph(
    'L’école vous ouvre un accès à son espace numérique de travail (ENT) : cahier de textes, messages, informations de la classe. Cet accès est personnel.',
    { size: 11 },
    12,
  );
  if (letter.kind !== 'WAY_IN') writeSecrets(sheet, letter, of.address);
  sheet.list(stepsOf(letter, of.address), { size: 11 }, true);
  sheet.y += 10;
  sheet.paragraph(closing(letter), { size: 10, colour: colours.muted });
}

function writeSecrets(sheet: Sheet, { kind, login, code }: Letter, address: string): void {
  const rows = [
    ['Adresse', address],
    ['Identifiant', login],
    [kind === 'RENEWAL_CODE' ? 'Code de renouvellement' : 'Code d’activation', code],
  ] as const;
  sheet.band(margin, sheet.y, width, rows.length * 26 + 12);
  const placed = rows.map(([name, value], at) => {
    const y = sheet.y + 11 + at * 26;
    return {
      name: { text: name, x: margin + 14, y: y + 2, width: 150, size: 10, colour: colours.muted },
      value: { text: value, x: margin + 170, y, width: width - 184, size: 13, bold: true },
    };
  });
  sheet.namedValues(placed);
  sheet.y += rows.length * 26 + 28;
}

function stepsOf({ kind, to }: Letter, address: string): string[] {
  if (kind === 'ACTIVATION_CODE')
    return [
      `Ouvrez ${address} sur un ordinateur ou un téléphone.`,
      'Tapez l’identifiant, puis le code d’activation à la place du mot de passe.',
      'Choisissez votre mot de passe et gardez-le pour vous : le code ne sert qu’une fois.',
    ];
  if (kind === 'RENEWAL_CODE')
    return [
      `Ouvrez ${address} et choisissez « Mot de passe oublié ».`,
      'Tapez l’identifiant et le code de renouvellement, dès aujourd’hui : il ne vaut que peu de temps.',
      'Choisissez un nouveau mot de passe et gardez-le pour vous.',
    ];
  const door =
    to.wayIn === 'EDUCONNECT'
      ? 'Choisissez « ÉduConnect », puis connectez-vous avec votre compte ÉduConnect habituel.'
      : 'Choisissez votre académie, puis connectez-vous avec votre compte académique habituel.';
  return [
    `Ouvrez ${address} sur un ordinateur ou un téléphone.`,
    door,
    'Vous êtes dans l’ENT : il n’y a ni code ni autre mot de passe.',
  ];
}

function closing({ kind }: Letter): string {
  if (kind === 'WAY_IN')
    return 'En cas de difficulté avec ce compte, son propre service d’aide vous répond ; pour le reste, adressez-vous à l’école.';
  return 'Ne montrez cette lettre à personne, et détruisez-la une fois entré. Perdue : l’école vous en imprime une autre. L’école ne vous demandera jamais votre mot de passe.';
}

function writeLeftOut(sheet: Sheet, { leftOut, letters }: Letters): void {
  sheet.title('Pour la direction : à ne pas distribuer', margin, width, { size: 16 });
  sheet.paragraph(
    letters.length === 0
      ? 'Aucune lettre n’est imprimée.'
      : 'Ces personnes n’ont pas de lettre dans cet envoi.',
    { size: 10 },
    8,
  );
  sheet.table(
    [
      { title: 'Personne', share: 0.35 },
      { title: 'Pourquoi, et que faire', share: 0.65 },
    ],
    leftOut.map(({ to, because }) => [`${to.lastName} ${to.firstName}`, because]),
  );
}
