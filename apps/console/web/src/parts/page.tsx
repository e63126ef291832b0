import type { ReactNode } from 'react';
import { Breadcrumb } from '@codegouvfr/react-dsfr/Breadcrumb';
import { useTitle } from '../router.js';
import { ProblemAlert } from './problem-alert.js';
import type { Loaded } from './use-answer.js';

export type Crumb = { readonly label: string; readonly href: string };

type PageProps = {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly lead?: ReactNode;
  readonly children: ReactNode;
};

export function Page({ title, crumbs, lead, children }: PageProps) {
  useTitle(title);
  return (
    <div className="fr-container fr-py-4w">
      {crumbs && (
        <Breadcrumb
          className="fr-mt-0 fr-mb-2w"
          currentPageLabel={title}
          homeLinkProps={{ href: '/' }}
          segments={crumbs.map(({ label, href }) => ({ label, linkProps: { href } }))}
        />
      )}
      <h1>{title}</h1>
      {lead && <p className="fr-text--lead">{lead}</p>}
      {children}
    </div>
  );
}

/** One of the three faces of something asked from the back end. */
export function Answer<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ReactNode }) {
  switch (of.status) {
    case 'LOADING':
      return (
        <p role="status" className="fr-text--sm">
          Chargement…
        </p>
      );
    case 'FAILED':
      return <ProblemAlert problem={of.problem} />;
    case 'READY':
      return <>{children(of.value)}</>;
  }
}

export function Figure({
  label,
  value,
  hint,
  strong = false,
}: {
  label: string;
  value: string;
  hint?: string;
  strong?: boolean;
}) {
  return (
    <div className="fr-col-12 fr-col-sm-6 fr-col-lg-3">
      <div className={`figure${strong ? ' figure--strong' : ''}`}>
        <p className="fr-text--sm fr-mb-1v figure__label">{label}</p>
        <p className="fr-h3 fr-mb-1v">{value}</p>
        {hint && <p className="fr-text--xs fr-mb-0 figure__hint">{hint}</p>}
      </div>
    </div>
  );
}
