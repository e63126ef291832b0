import { useState, type FormEvent } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Checkbox } from '@codegouvfr/react-dsfr/Checkbox';
import { Input } from '@codegouvfr/react-dsfr/Input';
import { RadioButtons } from '@codegouvfr/react-dsfr/RadioButtons';
import { Select } from '@codegouvfr/react-dsfr/Select';
import { addDays, isLocalDate } from '#libs/time';
import { get, post, type Problem } from '../api.js';
import type { Dashboard, OrderPreview, SignedOrder } from '../api-types.js';
import { Answer, Page } from '../parts/page.js';
import { ProblemAlert, Shortfalls } from '../parts/problem-alert.js';
import { asProblem, useAnswer } from '../parts/use-answer.js';
import { Link } from '../router.js';
import { count, date, plural } from '../words.js';

export function OrderPage({ membershipId }: { membershipId: string }) {
  const path = `/api/memberships/${encodeURIComponent(membershipId)}`;
  const answer = useAnswer(`dashboard ${membershipId}`, () => get<Dashboard>(path));
  const name = answer.status === 'READY' ? answer.value.membership.name : 'Ma collectivité';
  return (
    <Page title="Commander" crumbs={[{ label: name, href: `/collectivite/${membershipId}` }]}>
      <Answer of={answer}>
        {(dashboard) => <OrderForm dashboard={dashboard} path={path} reload={answer.reload} />}
      </Answer>
    </Page>
  );
}

type Line = { itemCode: string; effectiveFrom: string; delta: number };
type FormProps = { dashboard: Dashboard; path: string; reload: () => void };

function OrderForm({ dashboard, path }: FormProps) {
  const [items, setItems] = useState(dashboard.items);
  const [itemCode, setItemCode] = useState(items[0]?.itemCode ?? '');
  const [more, setMore] = useState(true);
  const [quantity, setQuantity] = useState('');
  const [from, setFrom] = useState(dashboard.on);
  const [checked, setChecked] = useState<{ line: Line; preview: OrderPreview; key: string } | null>(
    null,
  );
  const [signedOrder, setSignedOrder] = useState<SignedOrder | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const item = items.find((one) => one.itemCode === itemCode);

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const check = (event: FormEvent) => {
    event.preventDefault();
    const line = { itemCode, effectiveFrom: from, delta: Number(quantity) * (more ? 1 : -1) };
    void attempt(async () => {
      setChecked(null);
      setSignedOrder(null);
      const preview = await post<OrderPreview>(`${path}/orders/preview`, { lines: [line] });
      // One key per decision: clicking twice signs once.
      setChecked({ line, preview, key: crypto.randomUUID() });
    });
  };
  const sign = () =>
    void attempt(async () => {
      if (!checked) return;
      setSignedOrder(
        await post<SignedOrder>(
          `${path}/orders`,
          { lines: [checked.line], confirmedSeatsLost: seatsLostOf(checked.preview) },
          checked.key,
        ),
      );
      setChecked(null);
      setQuantity('');
      setItems((await get<Dashboard>(path)).items);
    });
  // What was checked is no longer what is written.
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      setChecked(null);
      setProblem(null);
      set(value);
    };

  // ORD-4: a reduction takes effect tomorrow at the earliest.
  const earliest = (increase: boolean) =>
    increase || !isLocalDate(dashboard.on) ? dashboard.on : addDays(dashboard.on, 1);
  const choose = (increase: boolean) => {
    changed(setMore)(increase);
    if (from === earliest(!increase)) setFrom(earliest(increase));
  };

  return (
    <div className="fr-grid-row fr-grid-row--gutters">
      <div className="fr-col-12 fr-col-md-7">
        <form onSubmit={check}>
          {items.length > 1 && (
            <Select
              label="Comptes concernés"
              nativeSelectProps={{
                value: itemCode,
                onChange: (event) => changed(setItemCode)(event.target.value),
              }}
            >
              {items.map((one) => (
                <option key={one.itemCode} value={one.itemCode}>
                  {one.label}
                </option>
              ))}
            </Select>
          )}
          <RadioButtons
            legend="Vous souhaitez"
            name="direction"
            orientation="horizontal"
            options={[
              {
                label: 'commander plus de comptes',
                nativeInputProps: {
                  value: 'more',
                  checked: more,
                  onChange: () => choose(true),
                },
              },
              {
                label: 'réduire la commande',
                nativeInputProps: {
                  value: 'less',
                  checked: !more,
                  onChange: () => choose(false),
                },
              },
            ]}
          />
          <Input
            label={more ? 'Nombre de comptes en plus' : 'Nombre de comptes en moins'}
            nativeInputProps={{
              name: 'quantity',
              type: 'number',
              min: 1,
              step: 1,
              required: true,
              value: quantity,
              onChange: (event) => changed(setQuantity)(event.target.value),
            }}
          />
          <Input
            label="À partir du"
            hintText={
              more
                ? 'Une augmentation prend effet aujourd’hui ou plus tard.'
                : 'Une réduction prend effet demain au plus tôt.'
            }
            nativeInputProps={{
              name: 'from',
              type: 'date',
              min: earliest(more),
              required: true,
              value: from,
              onChange: (event) => changed(setFrom)(event.target.value),
            }}
          />
          <Button type="submit" priority={checked ? 'secondary' : 'primary'} disabled={busy}>
            Vérifier
          </Button>
        </form>
        <div className="fr-mt-3w" aria-live="polite">
          {problem && <ProblemAlert problem={problem} />}
          {checked && (
            <Checked
              key={checked.key}
              line={checked.line}
              preview={checked.preview}
              label={item?.label ?? ''}
              busy={busy}
              sign={sign}
            />
          )}
          {signedOrder && (
            <Signed signed={signedOrder} membershipId={dashboard.membership.membershipId} />
          )}
        </div>
      </div>
      <aside className="fr-col-12 fr-col-md-5">
        {item && (
          <div className="figure figure--aside">
            <h2 className="fr-h6">
              {item.label} — {date(dashboard.on)}
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
              La convention (art. 7.1) garantit l’engagement sur toute la durée du marché : la
              commande peut augmenter à tout moment, et diminuer jusqu’à l’engagement.
            </p>
          </div>
        )}
      </aside>
    </div>
  );
}

type CheckedProps = {
  line: Line;
  preview: OrderPreview;
  label: string;
  busy: boolean;
  sign: () => void;
};

const seatsLostOf = (preview: OrderPreview) =>
  preview.seatsLost.reduce((sum, { lost }) => sum + lost, 0);

function Checked({ line, preview, label, busy, sign }: CheckedProps) {
  const [confirmed, setConfirmed] = useState(false);
  if (preview.refusals.length > 0) {
    const figures = preview.refusals.filter(({ code }) => code === 'BELOW_COMMITMENT');
    return (
      <div data-testid="refusal">
        <Alert
          severity="warning"
          title="Cette commande n’est pas possible"
          description={preview.refusals.map(({ message }) => message).join(' ')}
          role="alert"
        />
        {figures.length > 0 && (
          <Shortfalls
            shortfalls={figures.map((one) => ({
              ...one,
              label: one.itemCode === line.itemCode ? label : one.itemCode,
            }))}
          />
        )}
      </div>
    );
  }
  const lost = seatsLostOf(preview);
  const after = preview.after.find(({ itemCode }) => itemCode === line.itemCode);
  const inForce = after?.ordered.findLast(({ from }) => from <= line.effectiveFrom)?.quantity;
  return (
    <div className="figure figure--strong" data-testid="accepted">
      <p>
        À partir du <strong>{date(line.effectiveFrom)}</strong>, la commande sera de{' '}
        <strong>{inForce === undefined ? '—' : plural(inForce, 'compte', 'comptes')}</strong>
        {after && <> pour un engagement de {count(after.commitment)}</>}.
      </p>
      {lost > 0 && (
        <div data-testid="seats-lost">
          <Alert
            small
            severity="warning"
            className="fr-mb-2w"
            description={
              <>
                <strong>
                  {plural(lost, 'élève perdrait', 'élèves perdraient')} {lost === 1 ? 'sa' : 'leur'}{' '}
                  place.
                </strong>{' '}
                Les derniers inscrits seraient bloqués à cette date : rien n’est effacé, et leur
                compte revient dès qu’une place se libère.
              </>
            }
          />
          <Checkbox
            options={[
              {
                label: `Je confirme : ${plural(lost, 'place perdue', 'places perdues')}`,
                nativeInputProps: {
                  name: 'confirm-seats-lost',
                  checked: confirmed,
                  onChange: (event) => setConfirmed(event.target.checked),
                },
              },
            ]}
          />
        </div>
      )}
      <Button onClick={sign} disabled={busy || (lost > 0 && !confirmed)}>
        Signer la commande
      </Button>
    </div>
  );
}

function Signed({ signed, membershipId }: { signed: SignedOrder; membershipId: string }) {
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
