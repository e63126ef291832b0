import { useEffect, useRef } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';

/** What was done, where the person who did it goes on reading: the form that had the focus is gone. */
export function Outcome({ words }: { words: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (words) place.current?.focus();
  }, [words]);
  return (
    <div ref={place} tabIndex={-1} role="status" data-testid="outcome">
      {words && <Alert small className="fr-mb-3w" severity="success" description={words} />}
    </div>
  );
}
