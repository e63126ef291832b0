import { addDays, addMonths, isBefore, type LocalDate, minDate } from '#libs/time';

export type ProofPlace = {
  /** A service, `kafka`, `ent`, `redis`, `backups`, `logs`. */
  readonly system: string;
  /** Table and column, partition …; empty: all of it. */
  readonly place: string;
  readonly verdict: 'NOTHING' | 'ALLOWED' | 'UNEXPECTED' | 'UNREAD';
  /** French. */
  readonly words: string;
  /** First day without it; empty: none is known. */
  readonly until: LocalDate | '';
  readonly rows: number;
};

/** What was found of one person; days are of the clock on the wall, but for `today`. */
export type Findings = {
  readonly leftOn: LocalDate;
  readonly erasedOnTheWall: LocalDate;
  readonly todayOnTheWall: LocalDate;
  /** The business date. */
  readonly today: LocalDate;
  readonly services: readonly {
    readonly service: string;
    readonly tables: number;
    readonly unread: readonly string[];
    readonly traces: readonly {
      readonly place: string;
      readonly rows: number;
      readonly because: string;
      readonly until: string;
    }[];
  }[];
  readonly accounts: readonly {
    readonly isDeleted: boolean;
    readonly closingEndsOn: LocalDate | undefined;
    readonly hasSourceKey: boolean;
    readonly hasLogin: boolean;
    readonly ent: 'ABSENT' | 'PRE_DELETED' | 'PRESENT' | 'UNKNOWN';
    readonly entDeletedOn: LocalDate | undefined;
    readonly queued: boolean;
  }[];
  /** Records of the person's topic that still hold its data. */
  readonly logged: { readonly partition: number; readonly states: number };
};

/** Told again after eight days, cleaned within one more: what the log still holds then, compaction has missed. */
const kafkaDays = 9;
/** `delete-user-delay` of the ENT, unless its operator set another one. */
const entTrashDays = 90;
/** Backups are removed after 90 days at most, and the last one with the person in it was made the day after at the latest. */
const backupDays = 91;

/** Each place with what was found there, and whether a rule allows it on that day (SUP-4). */
export function judgeProof(findings: Findings): ProofPlace[] {
  // A rule counts in one of the two calendars, which are apart only where days are played.
  const bothPassed = minDate(findings.today, findings.todayOnTheWall);
  return [
    ...findings.services.flatMap((service) => ofService(service, bothPassed)),
    ...findings.accounts.flatMap((account) => ofAccount(account, findings)),
    ofKafka(findings),
    ofBackups(findings),
    place('logs', '', 'ALLOWED', 'Les journaux techniques ne portent que des identifiants.'),
  ];
}

/** What nothing allows, and what could not be looked through: a proof without them is none. */
export const unexpectedIn = (places: readonly ProofPlace[]): number =>
  places.filter(({ verdict }) => verdict === 'UNEXPECTED' || verdict === 'UNREAD').length;

function ofService(
  { service, tables, unread, traces }: Findings['services'][number],
  today: LocalDate,
): ProofPlace[] {
  const places = traces.map((trace): ProofPlace => {
    const { because, rows } = trace;
    const until = trace.until as LocalDate | '';
    const of = (verdict: ProofPlace['verdict'], words: string) => ({
      ...place(service, trace.place, verdict, words),
      ...{ until, rows },
    });
    if (because === '')
      return of('UNEXPECTED', 'Aucune règle ne le permet : à signaler au support de niveau 3.');
    if (until !== '' && isBefore(until, today))
      return of('UNEXPECTED', `${because} Ce délai est passé : à signaler au support de niveau 3.`);
    return of('ALLOWED', because);
  });
  places.push(...unread.map((name) => place(service, name, 'UNREAD', whyUnread(name))));
  if (places.length > 0) return places;
  return [place(service, '', 'NOTHING', `Rien, dans ${tables} tables.`)];
}

/** A database that a restore put aside is no service's to read. */
const whyUnread = (name: string): string =>
  /_before_\d{8}t\d{9}$/.test(name)
    ? 'Base mise de côté par une restauration, non lue : elle peut contenir la personne. L’exploitant la supprime dès qu’elle ne sert plus (npm run ent -- backup drop-old).'
    : 'Pas lu jusqu’au bout : recommencez aux heures creuses.';

function ofAccount(
  account: Findings['accounts'][number],
  { today, leftOn }: Findings,
): ProofPlace[] {
  const places: ProofPlace[] = [];
  const { isDeleted, closingEndsOn: until, hasSourceKey, hasLogin, ent, entDeletedOn } = account;
  const isClosing = until !== undefined && !isBefore(until, today);
  const closing = 'Le compte se ferme : il est supprimé, ici et dans l’ENT, à la fin de son délai.';
  if (hasSourceKey || hasLogin) {
    const what = [hasSourceKey ? 'source_key' : '', hasLogin ? 'login' : ''].filter(Boolean);
    places.push({
      ...place(
        'provisioning',
        `public.account (${what.join(', ')})`,
        isClosing ? 'ALLOWED' : 'UNEXPECTED',
        isClosing ? closing : 'Ce que dit la source ou l’ENT devait partir avec le compte.',
      ),
      until: isClosing ? until : '',
    });
  } else if (!isDeleted && !isClosing) {
    places.push(
      place('provisioning', 'public.account', 'UNEXPECTED', 'Ce compte n’est pas fermé.'),
    );
  }
  if (account.queued)
    places.push(
      place('redis', 'ent-accounts', 'ALLOWED', 'Un travail attend, avec l’identifiant.'),
    );
  if (ent === 'ABSENT')
    places.push(place('ent', '', 'NOTHING', 'L’ENT ne connaît pas ou plus cet utilisateur.'));
  if (ent === 'UNKNOWN')
    places.push(place('ent', '', 'UNREAD', 'L’ENT ne répond pas : recommencez plus tard.'));
  if (ent === 'PRESENT')
    places.push({
      ...place('ent', '', isClosing ? 'ALLOWED' : 'UNEXPECTED', isClosing ? closing : present),
      until: isClosing ? until : '',
    });
  if (ent === 'PRE_DELETED') places.push(inTrash(entDeletedOn, leftOn));
  return places;
}

const present =
  'L’utilisateur est encore dans l’ENT : voyez ce que l’ENT refuse (support de niveau 3).';

function inTrash(deletedOn: LocalDate | undefined, leftOn: LocalDate): ProofPlace {
  const until = deletedOn === undefined ? '' : addDays(deletedOn, entTrashDays);
  const isLate = until === '' || isBefore(addMonths(leftOn, 3), until);
  const late = ' C’est au-delà des trois mois : demandez à son exploitant un délai plus court.';
  return {
    ...place(
      'ent',
      'corbeille',
      'ALLOWED',
      `L’ENT garde l’utilisateur supprimé dans sa corbeille (90 jours, sauf réglage).${isLate ? late : ''}`,
    ),
    until,
  };
}

function ofKafka({ logged, erasedOnTheWall, todayOnTheWall }: Findings): ProofPlace {
  const where = `directory.person.v1/${logged.partition}`;
  if (logged.states === 0)
    return place('kafka', where, 'NOTHING', 'Rien : l’état de cette personne a été compacté.');
  const until = addDays(erasedOnTheWall, kafkaDays);
  const isWaiting = !isBefore(until, todayOnTheWall);
  const words = isWaiting
    ? 'L’effacement est publié ; Kafka retire l’ancien état après sa seconde publication, huit jours après.'
    : 'Kafka n’a pas compacté ce qui devait l’être : à signaler au support de niveau 3.';
  return {
    ...place('kafka', where, isWaiting ? 'ALLOWED' : 'UNEXPECTED', words),
    ...{ until, rows: logged.states },
  };
}

function ofBackups({ erasedOnTheWall, todayOnTheWall }: Findings): ProofPlace {
  const until = addDays(erasedOnTheWall, backupDays);
  if (isBefore(until, todayOnTheWall))
    return place(
      'backups',
      '',
      'NOTHING',
      'Les sauvegardes d’avant l’effacement ont plus de 90 jours.',
    );
  return {
    ...place(
      'backups',
      '',
      'ALLOWED',
      'Les sauvegardes d’avant l’effacement partent après 90 jours.',
    ),
    until,
  };
}

const place = (
  system: string,
  where: string,
  verdict: ProofPlace['verdict'],
  words: string,
): ProofPlace => ({ system, place: where, verdict, words, until: '', rows: 0 });
