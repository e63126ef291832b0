import { localName, readXml } from './bounded-xml.js';

// ECMA-376 part 1, 18.8.30: formats that have no text in the file.
const builtInDates = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;

/** Numbers of the cell formats that show a number as a day or an hour: such a cell is no quantity. */
export async function readDateStyles(pieces: AsyncIterable<Buffer>): Promise<Set<number>> {
  const customDates = new Set<string>();
  const dateStyles = new Set<number>();
  let inCellFormats = false;
  let index = 0;
  await readXml(pieces, {
    open(name, { numFmtId = '', formatCode = '' }) {
      const tag = localName(name);
      if (tag === 'numFmt' && isDateFormat(formatCode)) customDates.add(numFmtId);
      else if (tag === 'cellXfs') inCellFormats = true;
      else if (tag === 'xf' && inCellFormats) {
        if (customDates.has(numFmtId) || isBuiltInDate(Number(numFmtId))) dateStyles.add(index);
        index += 1;
      }
    },
    close(name) {
      if (localName(name) === 'cellXfs') inCellFormats = false;
    },
  });
  return dateStyles;
}

const isBuiltInDate = (id: number) => builtInDates.some(([from, to]) => id >= from && id <= to);

/** Day and hour letters outside quotes, colours and escapes; « Général » and « Standard » are words. */
const isDateFormat = (format: string): boolean =>
  /[dmyhsja]/i.test(
    format
      .slice(0, 255)
      .replace(/"[^"]*"|\[[^\]]*\]|\\.|[_*].|general|standard|g[ée]n[ée]ral/gi, ''),
  );
