import { Link, useLocation } from '../router.js';

export type SubPage = { readonly text: string; readonly href: string };

/** The pages of one subject, side by side; they wrap on a narrow screen. */
export function SubPages({ label, pages }: { label: string; pages: readonly SubPage[] }) {
  const { path, query } = useLocation();
  // The market that was chosen stays chosen.
  const market = query.get('marche');
  const search = market ? `?marche=${encodeURIComponent(market)}` : '';
  return (
    <nav aria-label={label} className="sub-pages fr-mb-4w">
      <ul>
        {pages.map(({ text, href }) => (
          <li key={href}>
            <Link
              href={`${href}${search}`}
              {...(path === href && { 'aria-current': 'page' as const })}
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
