/**
 * Names of invented people. Last names are put together from syllables, so that
 * they belong to nobody; the special ones bring the accents, apostrophes, particles
 * and spaces that real files hold. A few characters are outside ISO-8859-15 on purpose.
 */
const heads =
  'Bel Mont Roche Font Clair Haut Val Bois Mar Gar Mor Les Tri Cour Bon Lan Ker Vau Char Pré'.split(
    ' ',
  );
const tails =
  'court ville gault rieux lieu nardin bertot neau guélec lier lérand teau geonnet zinec hérault'.split(
    ' ',
  );
const special = [
  "L'Hermelin",
  "D'Arvaille",
  "N'Doubé",
  "O'Kervan",
  "L'Aubépin",
  'Le Gwenhir',
  'Le Bihannou',
  'De La Morinaie',
  'Du Plessiel',
  'Ben Aïchour',
  'Müllenbach',
  'Nuñezal',
  'Çelikan',
  'Łubowiec',
  'Étrillard',
  'Évenoux',
  'Ægirsen',
  'Lœuillard',
  'Saint-Brévant',
  'Pré-Valois',
  'Traoréba',
  'Nguyenvan',
  'Ait Slimour',
  'Ôlivet',
  'Haÿsson',
  'Kowalszyk',
  'Guillaumé',
  'Bâtardeau',
] as const;

export const lastNames: readonly string[] = heads
  .flatMap((head, i) =>
    tails.map((tail, j) => ({ name: head + tail, rank: (i * 7 + j * 11) % 300 })),
  )
  .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
  .map(({ name }) => name)
  .flatMap((name, index) =>
    index % 11 === 5 && special[(index - 5) / 11] ? [name, special[(index - 5) / 11]!] : [name],
  );

export const firstNamesBySex = {
  F: (
    'Louise Jade Emma Ambre Alma Rose Alice Anna Mia Léna Inès Zoé Juliette Lou Agathe Éléonore ' +
    'Chloé Léa Manon Camille Sarah Lina Nina Élise Clémence Margaux Maëlys Noémie Anaïs Océane ' +
    'Romane Capucine Victoire Aïcha Fatou Salomé Apolline Héloïse Constance Yasmine Nour Élodie ' +
    'Anne-Laure Marie-Ange Maïwenn Nolwenn Enora Gwenaëlle Suzanne Madeleine Garance Iris Célestine'
  ).split(' '),
  M: (
    'Gabriel Léo Raphaël Louis Arthur Jules Adam Maël Lucas Hugo Noah Liam Sacha Ethan Nathan Paul ' +
    'Tom Aaron Éden Mohamed Gabin Eliott Théo Martin Victor Axel Antoine Timéo Augustin Malo Ewen ' +
    'Côme Loïc Ibrahim Ismaël Rayan Marius Robin Oscar Basile Émile Étienne Noé Joël Jean-Baptiste ' +
    'Pierre-Yves Loïs Tiago Kaïs Yanis Thaddée Anatole François Gaël'
  ).split(' '),
} as const;

export const streets = [
  'rue des Tilleuls',
  'rue du Moulin',
  "chemin de l'Étang",
  'allée des Mésanges',
  'rue de la Forge',
  'impasse du Lavoir',
  'avenue des Hortensias',
  "place de l'Église",
  'rue du Clos Fleuri',
] as const;
