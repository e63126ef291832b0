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
  const sheet = new Sheet({ title, author: of.school, date, isPersonal: true, isOneSided: true });
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
  const [half, right] = [width / 2 - 12, margin + width / 2];
  const muted = { size: 10, colour: colours.muted };
  const place = [of.school, of.classLabel, frenchDate(of.on)].filter((line) => line !== '');
  const writeFrom = () => place.forEach((line) => sheet.text(line, margin, half, muted));
  const writeTo = () => {
    sheet.text(`${to.firstName} ${to.lastName}`, right, width / 2, { bold: true, size: 13 });
    if (to.children.length > 0)
      sheet.text(`À remettre par ${frenchList(to.children)}`, right, width / 2, { size: 10 });
  };
  sheet.sideBySide(writeFrom, writeTo, 40);
  const isPupil = to.profile === 'STUDENT';
  const whose = isPupil ? 'L’accès de votre enfant à l’ENT' : 'Votre accès à l’ENT';
  sheet.title(whose, margin, width, { size: 18 });
  sheet.y += 6;
  sheet.paragraph(introduction(isPupil, to.firstName), { size: 11 }, 12);
  if (letter.kind !== 'WAY_IN') writeSecrets(sheet, letter, of.address);
  sheet.list(stepsOf(letter, of.address), { size: 11 }, true);
  sheet.y += 10;
  if (to.profile === 'RELATIVE') sheet.paragraph(oneForAll, { size: 11 }, 10);
  sheet.paragraph(closing(letter), { size: 10, colour: colours.muted });
}

const used = 'cahier de textes, messages, informations de la classe';

const introduction = (isPupil: boolean, firstName: string) =>
  isPupil
    ? `L’école ouvre à ${firstName} un accès à son espace numérique de travail (ENT) : ${used}. C’est son accès : le vôtre, si vous en avez un, est sur une autre lettre. Faites ensemble la première connexion.`
    : `L’école vous ouvre un accès à son espace numérique de travail (ENT) : ${used}. Cet accès est personnel.`;

/** Whoever has children in several classes gets a letter from each. */
const oneForAll =
  'Un seul accès suffit pour tous vos enfants : si une autre lettre vous arrive d’une autre classe, elle dit la même chose.';

function writeSecrets(sheet: Sheet, { kind, login, code }: Letter, address: string): void {
  const rows = [
    ['Adresse', address],
    ['Identifiant', login],
    [kind === 'RENEWAL_CODE' ? 'Code de renouvellement' : 'Code d’activation', code],
  ] as const;
  const [names, values] = [margin + 14, margin + 170];
  const looks = rows.map(([, value]) => lookOf(sheet, value));
  const heights = rows.map(([, value], at) => sheet.heightOf(value, width - 184, looks[at]) + 9);
  const whole = heights.reduce((sum, height) => sum + height, 0);
  sheet.band(margin, sheet.y, width, whole + 14);
  let y = sheet.y + 11;
  const placed = rows.map(([name, value], at) => {
    const row = {
      name: { text: name, x: names, y: y + 2, width: 150, size: 10, colour: colours.muted },
      value: { text: value, x: values, y, width: width - 184, ...looks[at] },
    };
    y += heights[at]!;
    return row;
  });
  sheet.namedValues(placed);
  sheet.y += whole + 30;
}

/** As large as it is on one line: a break within what is typed would be taken for a part of it. */
function lookOf(sheet: Sheet, value: string) {
  const sizes = [13, 11, 9.5, 8];
  const fits = (size: number) =>
    sheet.heightOf(value, width - 184, { size, bold: true }) < 2 * size;
  return { size: sizes.find(fits) ?? 8, bold: true };
}

/** Who is asked at the door who they are has to say it first: on some platforms it leads to another login page. */
const askedWho = 'Si une page demande qui vous êtes, choisissez';

function stepsOf({ kind, to }: Letter, address: string): string[] {
  const open = `Ouvrez ${address} sur un ordinateur ou un téléphone.`;
  const who = to.profile === 'STUDENT' ? `${askedWho} « Élève ».` : `${askedWho} votre profil.`;
  if (kind === 'ACTIVATION_CODE')
    return [
      `${open} ${who}`,
      'Tapez l’identifiant, puis le code d’activation à la place du mot de passe, avec ses majuscules et ses minuscules.',
      'Choisissez un mot de passe et gardez-le : le code ne sert qu’une fois.',
    ];
  if (kind === 'RENEWAL_CODE')
    return [
      `${open} ${who}`,
      'Tapez l’identifiant, puis le code de renouvellement à la place du mot de passe : dès aujourd’hui, il ne vaut que peu de temps.',
      'Choisissez un nouveau mot de passe et gardez-le. L’ancien ne sert plus.',
    ];
  const door =
    to.wayIn === 'EDUCONNECT'
      ? 'Choisissez « ÉduConnect », puis connectez-vous avec votre compte ÉduConnect habituel.'
      : 'Choisissez le guichet de votre académie, puis connectez-vous avec votre compte académique habituel.';
  return [`${open} ${who}`, door, 'Vous êtes dans l’ENT : il n’y a ni code ni autre mot de passe.'];
}

function closing({ kind, to }: Letter): string {
  if (kind === 'WAY_IN')
    return to.wayIn === 'EDUCONNECT'
      ? 'Pas encore de compte ÉduConnect, ou mot de passe oublié : la page d’ÉduConnect vous guide. Pour le reste, adressez-vous à l’école.'
      : 'Mot de passe oublié : c’est celui de l’académie, qui le renouvelle. Pour le reste, adressez-vous à l’école.';
  return 'Ne montrez cette lettre à personne d’autre, et détruisez-la après la première connexion. Perdue, ou code trop ancien : l’école en imprime une autre. L’école ne vous demandera jamais votre mot de passe.';
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

/** « Zoé », « Zoé et Noël », « Zoé, Noël et Ana ». */
const frenchList = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} et ${names.at(-1)}`;
