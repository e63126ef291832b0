/** How remarks write a key: of a source that speaks school by school, also without the school and the kind. */
export const asRemarked = (key: string): string =>
  `(array[${key}] || case when substr(${key}, 9, 1) = '/' then array[substr(${key}, 10), substr(${key}, 12)] else '{}' end)`;
