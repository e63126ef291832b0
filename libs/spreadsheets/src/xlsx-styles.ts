import { localName, readXml, type XmlAttributes } from './bounded-xml.js';

// ECMA-376 part 1, 18.8.30: formats that have no text in the file.
const builtInDates = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;

/** Numbers of cell formats. */
export type CellStyles = {
  /** They show a number as a day or an hour: such a cell is no quantity. */
  readonly dates: ReadonlySet<number>;
  /** They show what is in the cell as crossed out. */
  readonly struck: ReadonlySet<number>;
};

export async function readStyles(pieces: AsyncIterable<Buffer>): Promise<CellStyles> {
  const customDates = new Set<string>();
  const struckFonts = new Set<number>();
  const dates = new Set<number>();
  const struck = new Set<number>();
  let part = '';
  let fonts = 0;
  let index = 0;
  await readXml(pieces, {
    open(name, attributes) {
      const { numFmtId = '', formatCode = '', fontId } = attributes;
      const tag = localName(name);
      if (tag === 'numFmt' && isDateFormat(formatCode)) customDates.add(numFmtId);
      else if (tag === 'cellXfs' || tag === 'fonts') part = tag;
      else if (tag === 'font' && part === 'fonts') fonts += 1;
      else if (tag === 'strike' && part === 'fonts' && isOn(attributes)) struckFonts.add(fonts - 1);
      else if (tag === 'xf' && part === 'cellXfs') {
        if (customDates.has(numFmtId) || isBuiltInDate(Number(numFmtId))) dates.add(index);
        if (struckFonts.has(Number(fontId))) struck.add(index);
        index += 1;
      }
    },
    close(name) {
      if (localName(name) === part) part = '';
    },
  });
  return { dates, struck };
}

/** `<strike/>` is on, `<strike val="0"/>` is not. */
export const isOn = ({ val = '1' }: XmlAttributes): boolean => val !== '0' && val !== 'false';

const isBuiltInDate = (id: number) => builtInDates.some(([from, to]) => id >= from && id <= to);

/** Day and hour letters outside quotes, colours and escapes; « Général » and « Standard » are words. */
const isDateFormat = (format: string): boolean =>
  /[dmyhsja]/i.test(
    format
      .slice(0, 255)
      .replace(/"[^"]*"|\[[^\]]*\]|\\.|[_*].|general|standard|g[ée]n[ée]ral/gi, ''),
  );
