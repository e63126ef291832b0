import { useState, type FormEvent } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { get, post } from '../../api.js';
import type { Dashboard, Draft, OrderPreview, SignedOrder } from '../../api-types.js';
import { Mistakes } from '../../parts/mistakes.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { useAction } from '../../parts/use-action.js';
import { useKept } from '../../parts/use-kept.js';
import { Link, navigate } from '../../router.js';
import { count, date, plural } from '../../words.js';
import { memberPath, MemberPage } from './member-page.js';
import { newLine, OrderLines, staysAtFields, toLines, type Line } from './order-lines.js';
import { OrderOutcome, seatsLostOf } from './order-outcome.js';

export function OrderPage({ membershipId }: { membershipId: string }) {
  return (
    <MemberPage membershipId={membershipId} title="Commander">
      {(dashboard) => <OrderForm dashboard={dashboard} />}
    </MemberPage>
  );
}

type Checked = { readonly lines: Line[]; readonly preview: OrderPreview; readonly key: string };

function OrderForm({ dashboard }: { dashboard: Dashboard }) {
  const { membership, on } = dashboard;
  const path = memberPath(membership.membershipId);
  const [items, setItems] = useState(dashboard.items);
  const [lines, setLines, wereKept] = useKept(`${path}/orders`, () => [
    newLine(items[0]?.itemCode ?? '', on),
  ]);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [signedOrder, setSignedOrder] = useState<SignedOrder | null>(null);
  const { busy, problem, attempt, forget } = useAction();

  const check = (event: FormEvent) => {
    event.preventDefault();
    attempt(async () => {
      setChecked(null);
      setSignedOrder(null);
      const asked = toLines(lines);
      const preview = await post<OrderPreview>(`${path}/orders/preview`, { lines: asked });
      // One key per decision: clicking twice signs once.
      setChecked({ lines: asked, preview, key: crypto.randomUUID() });
    });
  };
  const sign = ({ lines: asked, preview, key }: Checked) =>
    attempt(async () => {
      const body = { lines: asked, confirmedSeatsLost: seatsLostOf(preview) };
      setSignedOrder(await post<SignedOrder>(`${path}/orders`, body, { idempotencyKey: key }));
      setChecked(null);
      setLines([newLine(items[0]?.itemCode ?? '', on)]);
      setItems((await get<Dashboard>(path)).items);
    });
  const keep = ({ lines: asked, key }: Checked) =>
    attempt(async () => {
      await post<Draft>(`${path}/drafts`, { lines: asked }, { idempotencyKey: key });
      navigate(`/collectivite/${membership.membershipId}/projets`);
    });

  if (items.length === 0)
    return <p>Aucune commande n’est possible : l’adhésion n’est pas active.</p>;
  return (
    <div className="fr-grid-row fr-grid-row--gutters">
      <div className="fr-col-12 fr-col-lg-8">
        <Mistakes>
          {wereKept && !signedOrder && (
            <Alert
              className="fr-mb-3w"
              severity="info"
              small
              description="Vous êtes reconnecté. Votre commande est conservée : vérifiez-la, puis signez-la."
            />
          )}
          <form onSubmit={check}>
            <OrderLines
              lines={lines}
              items={items}
              terms={dashboard}
              change={(changed) => {
                // What was checked is no longer what is written.
                setChecked(null);
                if (!staysAtFields(problem, lines, changed)) forget();
                setLines(changed);
              }}
            />
            <Button type="submit" priority={checked ? 'secondary' : 'primary'} disabled={busy}>
              Vérifier
            </Button>
          </form>
          <div className="fr-mt-3w" aria-live="polite">
            {problem && <ProblemAlert problem={problem} />}
            {checked && (
              <OrderOutcome
                key={checked.key}
                preview={checked.preview}
                lines={checked.lines}
                dashboard={{ ...dashboard, items }}
              >
                {(confirmed) => (
                  <div className="fr-btns-group fr-btns-group--inline">
                    <Button onClick={() => sign(checked)} disabled={busy || !confirmed}>
                      Signer la commande
                    </Button>
                    <Button priority="secondary" onClick={() => keep(checked)} disabled={busy}>
                      Garder comme projet
                    </Button>
                  </div>
                )}
              </OrderOutcome>
            )}
            {signedOrder && <Signed signed={signedOrder} membershipId={membership.membershipId} />}
          </div>
        </Mistakes>
      </div>
      <aside className="fr-col-12 fr-col-lg-4">
        {items.map((item) => (
          <Today key={item.itemCode} item={item} on={on} />
        ))}
      </aside>
    </div>
  );
}

function Today({ item, on }: { item: Dashboard['items'][number]; on: string }) {
  return (
    <div className="figure figure--aside fr-mb-2w">
      <h2 className="fr-h6">
        {item.label} — {date(on)}
      </h2>
      <dl className="facts">
        <dt>Commandés</dt>
        <dd data-testid="ordered">{count(item.ordered)}</dd>
        <dt>Engagement</dt>
        <dd>{count(item.commitment)}</dd>
        <dt>Marge</dt>
        <dd>{count(item.smallestMargin)}</dd>
        <dt>En attente</dt>
        <dd>{plural(item.waiting, 'élève', 'élèves')}</dd>
      </dl>
      <p className="fr-text--sm fr-mt-2w fr-mb-0">
        La convention (art. 7.1) garantit l’engagement sur toute la durée du marché : la commande
        peut augmenter à tout moment, et diminuer jusqu’à l’engagement.
      </p>
    </div>
  );
}

export function Signed({ signed, membershipId }: { signed: SignedOrder; membershipId: string }) {
  return (
    <div data-testid="signed">
      <Alert
        severity="success"
        title={`Commande ${signed.order?.number ?? ''} signée`}
        description={
          <>
            Elle est transmise au titulaire. {signed.warnings.join(' ')}{' '}
            <Link href={`/collectivite/${membershipId}`}>Revenir au tableau de bord</Link>
          </>
        }
      />
    </div>
  );
}
