/** How much of a file is to be mended, as it is told to who sent it: « un point à corriger », « 3 points à corriger ». */
export const pointsToMend = (count: number): string =>
  count === 1 ? 'un point à corriger' : `${count} points à corriger`;
