export type Column<Row> = {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
};

export const rightAligned = 'right' as const;

/** A table for the terminal: two spaces between columns, a rule under the titles and above the totals. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  totals: Row | undefined,
  bold: (text: string) => string,
): string {
  const all = totals === undefined ? rows : [...rows, totals];
  const widths = columns.map(({ title, cell }) =>
    Math.max(title.length, ...all.map((row) => cell(row).length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        columns[index]?.align === 'right'
          ? cell.padStart(widths[index] ?? 0)
          : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  const rendered = (row: Row) => line(columns.map(({ cell }) => cell(row)));
  return [
    bold(line(columns.map(({ title }) => title))),
    rule,
    ...rows.map(rendered),
    ...(totals === undefined ? [] : [rule, bold(rendered(totals))]),
  ].join('\n');
}
