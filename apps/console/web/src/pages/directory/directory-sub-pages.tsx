import { SubPages } from '../../parts/sub-pages.js';
import { hasRole, useSession } from '../../session-context.js';
import { directoryPage, doublesPage, schoolPeoplePage } from './directory-paths.js';

/** Imports, who is in a school, and who may be there twice: to those who look at people. */
export function DirectorySubPages() {
  const session = useSession();
  if (!hasRole(session, 'support-2', 'school')) return null;
  const pages = [
    { text: 'Imports', href: directoryPage },
    { text: 'Personnes', href: schoolPeoplePage },
    { text: 'Doublons', href: doublesPage },
  ];
  return <SubPages label="Pages de l’annuaire" pages={pages} />;
}

/** Where these pages hang, as the menu names it. */
export function useDirectoryCrumb() {
  const isSupport = hasRole(useSession(), 'support-2', 'coordinator');
  return { label: isSupport ? 'Annuaire' : 'Listes de mon école', href: directoryPage };
}
