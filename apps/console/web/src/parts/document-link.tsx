import { Link } from '../router.js';

/** The content of a document that is kept here. */
export function DocumentLink({ documentId, title }: { documentId: string; title: string }) {
  return (
    <Link
      href={`/api/documents/${documentId}/content`}
      download
      aria-label={`Télécharger ${title}`}
    >
      Télécharger
    </Link>
  );
}
