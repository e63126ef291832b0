import { useState, type FormEvent } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get, post, put, remove } from '../../api.js';
import type { Dashboard, Draft, OrderPreview, SignedOrder } from '../../api-types.js';
import { TextField } from '../../parts/fields.js';
import { Mistakes } from '../../parts/mistakes.js';
import { Answer } from '../../parts/page.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { hasRole, useSession } from '../../session-context.js';
import { date, draftCause } from '../../words.js';
import { DraftBadge, LinesInWords } from './drafts-page.js';
import { memberPath, MemberPage } from './member-page.js';
import { fromLines, OrderLines, staysAtFields, toLines } from './order-lines.js';
import { OrderOutcome, seatsLostOf } from './order-outcome.js';
import { Signed } from './order-page.js';

type Of = { readonly membershipId: string; readonly draftId: string };

export function DraftPage({ membershipId, draftId }: Of) {
  const session = useSession();
  const path = `${memberPath(membershipId)}/drafts/${encodeURIComponent(draftId)}`;
  const answer = useAnswer(`draft ${draftId}`, () => get<Draft>(path));
  return (
    <MemberPage membershipId={membershipId} title="Projet de commande">
      {(dashboard) => (
        <Answer of={answer}>
          {(draft) => (
            <>
              <p>
                <DraftBadge status={draft.status} /> Préparé le {date(draft.preparedOn)}.{' '}
                {draftCause(draft.cause)}.
              </p>
              {draft.status === 'DRAFT' && hasRole(session, 'member-orderer') ? (
                <OpenDraft
                  key={draft.version}
                  draft={draft}
                  dashboard={dashboard}
                  path={path}
                  reload={answer.reload}
                />
              ) : (
                <LinesInWords lines={draft.lines} items={dashboard.items} />
              )}
            </>
          )}
        </Answer>
      )}
    </MemberPage>
  );
}

type OpenProps = { draft: Draft; dashboard: Dashboard; path: string; reload: () => void };
type Checked = { readonly preview: OrderPreview; readonly key: string };

/** Changed, checked, signed or cancelled, always from the version that was read (412 otherwise). */
function OpenDraft({ draft, dashboard, path, reload }: OpenProps) {
  const { membershipId, version } = draft;
  const [lines, setLines] = useState(fromLines(draft.lines));
  const [note, setNote] = useState(draft.note);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [signedOrder, setSignedOrder] = useState<SignedOrder | null>(null);
  const { busy, problem, attempt, forget } = useAction();
  const isChanged =
    JSON.stringify(toLines(lines)) !== JSON.stringify(draft.lines) || note !== draft.note;

  const save = (event: FormEvent) => {
    event.preventDefault();
    attempt(async () => {
      await put<Draft>(path, { lines: toLines(lines), note }, { version });
      reload();
    });
  };
  const check = () =>
    attempt(async () => {
      const asked = { lines: draft.lines };
      const preview = await post<OrderPreview>(`${memberPath(membershipId)}/orders/preview`, asked);
      setChecked({ preview, key: crypto.randomUUID() });
    });
  const sign = ({ preview, key }: Checked) =>
    attempt(async () => {
      const body = { confirmedSeatsLost: seatsLostOf(preview) };
      const conditions = { idempotencyKey: key, version };
      setSignedOrder(await post<SignedOrder>(`${path}/sign`, body, conditions));
      setChecked(null);
    });
  const cancel = () =>
    attempt(async () => {
      await remove<Draft>(path, { version });
      reload();
    });

  if (signedOrder) return <Signed signed={signedOrder} membershipId={membershipId} />;
  return (
    <Mistakes>
      <form onSubmit={save}>
        <OrderLines
          lines={lines}
          items={dashboard.items}
          terms={dashboard}
          change={(changed) => {
            setChecked(null);
            if (!staysAtFields(problem, lines, changed)) forget();
            setLines(changed);
          }}
        />
        <TextField
          field="note"
          label="Note (facultative)"
          hintText="Un code, par exemple le numéro de la délibération : majuscules, chiffres, point, tiret."
          nativeInputProps={{
            maxLength: 40,
            pattern: '[A-Z0-9][A-Z0-9._\\-]*',
            value: note,
            onChange: (event) => setNote(event.target.value),
          }}
        />
        <div className="fr-btns-group fr-btns-group--inline">
          <Button type="submit" priority="secondary" disabled={busy || !isChanged}>
            Enregistrer
          </Button>
          <Button type="button" onClick={check} disabled={busy || isChanged}>
            Vérifier avant de signer
          </Button>
          <Button type="button" priority="tertiary" onClick={cancel} disabled={busy}>
            Annuler ce projet
          </Button>
        </div>
      </form>
      <div aria-live="polite">
        {isChanged && (
          <Alert
            small
            severity="info"
            className="fr-mb-2w"
            description="Enregistrez vos changements avant de vérifier et de signer."
          />
        )}
        {problem && <ProblemAlert problem={problem} />}
        {checked && !isChanged && (
          <OrderOutcome
            key={checked.key}
            preview={checked.preview}
            lines={draft.lines}
            dashboard={dashboard}
          >
            {(confirmed) => (
              <Button onClick={() => sign(checked)} disabled={busy || !confirmed}>
                Signer la commande
              </Button>
            )}
          </OrderOutcome>
        )}
      </div>
    </Mistakes>
  );
}
