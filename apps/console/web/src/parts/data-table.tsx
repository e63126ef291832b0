import { useEffect, useState, type ReactNode } from 'react';

type DataTableProps = {
  readonly caption: string;
  /** On a narrow screen each row is a card, and its column's header stands before each cell. */
  readonly headers: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  readonly empty?: string;
  /** Columns of figures, aligned to the right. */
  readonly numeric?: readonly number[];
  /** Columns of words that may break: on a wide screen a line stays whole otherwise, and the table scrolls. */
  readonly multiline?: readonly number[];
  readonly hideCaption?: boolean;
};

export function DataTable({
  caption,
  headers,
  rows,
  empty,
  numeric = [],
  multiline = [],
  hideCaption,
}: DataTableProps) {
  const { container, scrolls } = useScrolls();
  if (rows.length === 0) return <p>{empty ?? 'Rien à afficher.'}</p>;
  const align = (column: number) => {
    if (numeric.includes(column)) return 'cell--number';
    return multiline.includes(column) ? 'fr-cell--multiline' : undefined;
  };
  return (
    <div className={`fr-table table--cards${hideCaption ? ' fr-table--no-caption' : ''}`}>
      <div className="fr-table__wrapper">
        <div
          ref={container}
          className="fr-table__container"
          {...(scrolls && { tabIndex: 0, role: 'region', 'aria-label': caption })}
        >
          <div className="fr-table__content">
            {/* As cards it would be a table no more to who cannot see it: hence the roles. */}
            <table role="table">
              <caption>{caption}</caption>
              <thead>
                <tr>
                  {headers.map((header, column) => (
                    <th key={column} scope="col" className={align(column)}>
                      {header}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody role="rowgroup">
                {rows.map(({ key, cells }) => (
                  <tr key={key} role="row">
                    {cells.map((cell, column) => (
                      <td
                        key={column}
                        role="cell"
                        className={align(column)}
                        data-label={headers[column]}
                      >
                        {cell}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      </div>
    </div>
  );
}

/** Whether a table is wider than its place: who uses a keyboard then scrolls it as one of the page's stops. */
function useScrolls() {
  const [container, setContainer] = useState<HTMLDivElement | null>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    if (!container) return;
    const observer = new ResizeObserver(() =>
      setScrolls(container.scrollWidth > container.clientWidth),
    );
    observer.observe(container);
    // The table grows with its rows while its place stays.
    observer.observe(container.querySelector('table')!);
    return () => observer.disconnect();
  }, [container]);
  return { container: setContainer, scrolls };
}
