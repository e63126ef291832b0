import { letterReasonWords } from '#libs/trade';
import { get } from '../../api.js';
import type { AccountLetterRequests } from '../../api-types.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { Answer } from '../../parts/page.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { useDecide } from '../../parts/use-decide.js';
import { ReasonFields, useReason } from '../../parts/reason-fields.js';
import { date } from '../../words.js';

/** Support has the head print a letter, whose code it never sees (AUT-1), and reads what became of the last one. */
export function RequestLetter({ accountId }: { accountId: string }) {
  const path = `/api/support/accounts/${encodeURIComponent(accountId)}/letter-requests`;
  const answer = useAnswer(`letter request ${accountId}`, () => get<AccountLetterRequests>(path));
  return (
    <Answer of={answer}>
      {({ requests: [last] }) => (
        <>
          <p role="status" data-testid="letter-request">
            {last && inWords(last)}
          </p>
          {last?.status !== 'OPEN' && (
            <Decisions
              choices={[
                {
                  label: 'Faire imprimer une lettre par l’école',
                  form: (giveUp) => <Form path={path} giveUp={giveUp} done={answer.reload} />,
                },
              ]}
            />
          )}
        </>
      )}
    </Answer>
  );
}

type Last = AccountLetterRequests['requests'][number];

function inWords({ status, askedOn, expiresOn, printedOn }: Last): string {
  if (status === 'PRINTED')
    return `Lettre demandée le ${date(askedOn)}, imprimée par l’école le ${date(printedOn)}.`;
  if (status === 'OPEN')
    return `Lettre demandée à l’école le ${date(askedOn)} : la direction l’a sur sa page « Lettres d’accès », à imprimer avant le ${date(expiresOn)}.`;
  return `Lettre demandée le ${date(askedOn)} : l’école ne l’a pas imprimée.`;
}

type FormProps = {
  readonly path: string;
  readonly giveUp: () => void;
  readonly done: () => void;
};

function Form({ path, giveUp, done }: FormProps) {
  const reason = useReason();
  const action = useAction();
  const { decide } = useDecide();
  const send = () =>
    action.attempt(async () => {
      await decide(path, { reason: reason.sent });
      giveUp();
      done();
    });
  return (
    <DecisionForm
      title="Faire imprimer une lettre par l’école"
      submit="Demander la lettre"
      action={action}
      decide={send}
      giveUp={giveUp}
    >
      <p>
        La direction de l’école l’imprime et la remet à la personne. Vous ne voyez ni code ni mot de
        passe, et n’en dites aucun au téléphone.
      </p>
      <ReasonFields
        label="Pourquoi ?"
        ticketHint="Par exemple SUP-1234. Aucun nom."
        ticketMax={18}
        reasons={letterReasonWords}
        of={reason}
      />
    </DecisionForm>
  );
}
