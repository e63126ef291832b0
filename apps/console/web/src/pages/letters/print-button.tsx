import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { download, Problem } from '../../api.js';

type PrintButtonProps = {
  readonly label: string;
  /** What a screen reader hears instead, where several buttons say the same. */
  readonly title?: string;
  readonly path: string;
  readonly body: object;
};

/** Has a paper made and kept by the browser; says what stands in the way. */
export function PrintButton({ label, title, path, body }: PrintButtonProps) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ severity: 'success' | 'error'; text: string }>();
  const print = async () => {
    setBusy(true);
    setSaid(undefined);
    try {
      await download(path, body);
      setSaid({
        severity: 'success',
        text: 'Le fichier est téléchargé : ouvrez-le et imprimez-le en recto seul, puis effacez-le.',
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setSaid({ severity: 'error', text: error.message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        priority="secondary"
        size="small"
        iconId="fr-icon-printer-line"
        disabled={busy}
        onClick={() => void print()}
        {...(title === undefined ? {} : { nativeButtonProps: { 'aria-label': title } })}
      >
        {busy ? 'Préparation…' : label}
      </Button>
      <div role="status">
        {said && <Alert small severity={said.severity} description={said.text} />}
      </div>
    </>
  );
}
