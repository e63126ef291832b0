import { plural } from '#libs/money';
import { addDays, addMonths, frenchDate, isBefore, type LocalDate, minDate } from '#libs/time';

export type ProofPlace = {
  /** A service, `kafka`, `ent`, `redis`, `letters`, `backups`, `logs`. */
  readonly system: string;
  /** Table and column, partition …; empty: all of it. */
  readonly place: string;
  /** BY_DESIGN: nobody has looked there; how it is made, and tests of each release, hold that nothing is. */
  readonly verdict: 'NOTHING' | 'ALLOWED' | 'UNEXPECTED' | 'UNREAD' | 'BY_DESIGN';
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
    readonly entPurgedBy: LocalDate | undefined;
    readonly queued: boolean;
    readonly lettersPrinted: number;
    readonly lastLetterOn: LocalDate | undefined;
  }[];
  /** Records of the person's topic that still hold its data. */
  readonly logged: { readonly partition: number; readonly states: number };
};

/** Told again after eight days, cleaned within one more: what the log still holds then, compaction has missed. */
const kafkaDays = 9;
/** Backups are removed after 90 days at most, and the last one with the person in it was made the day after at the latest. */
const backupDays = 91;

/** Each place with what was found there, and whether a rule allows it on that day (SUP-4). */
export function judgeProof(findings: Findings): ProofPlace[] {
  // A rule counts in one of the two calendars, which are apart only where days are played.
  const bothPassed = minDate(findings.today, findings.todayOnTheWall);
  return [
    ...findings.services.flatMap((service) => ofService(service, bothPassed)),
    ...findings.accounts.flatMap((account) => ofAccount(account, findings)),
    ofLetters(findings),
    ofKafka(findings),
    ofBackups(findings),
    place('logs', '', 'BY_DESIGN', logsByDesign),
  ];
}

/** Whose files are the host's: no service reads them. */
const logsByDesign =
  'Les journaux techniques ne sont pas lus ici. Par construction ils ne portent que des identifiants : les tests de chaque version y cherchent noms, dates de naissance, identifiants de connexion et codes, pannes comprises. Leur durée est celle que l’hébergement fixe.';

/** What nothing allows, and what could not be looked through: a proof without them is none. */
export const unexpectedIn = (places: readonly ProofPlace[]): number =>
  places.filter(isUnproven).length;

export const isUnproven = ({ verdict }: ProofPlace): boolean =>
  verdict === 'UNEXPECTED' || verdict === 'UNREAD';

/**
 * The day by which what a rule still allows in the ENT or in Kafka is to be gone: a proof from before says nothing after
 * it. Nothing else there is looked for again: rows of databases have their own alarm, backups go by their age.
 */
export function heldUntilOf(places: readonly ProofPlace[]): LocalDate | undefined {
  const [first, ...others] = places.flatMap(({ system, verdict, until }) =>
    verdict === 'ALLOWED' && until !== '' && (system === 'ent' || system === 'kafka')
      ? [until]
      : [],
  );
  return first && minDate(first, ...others);
}

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
  { today, todayOnTheWall, leftOn }: Findings,
): ProofPlace[] {
  const places: ProofPlace[] = [];
  const { isDeleted, closingEndsOn: until, hasSourceKey, hasLogin, ent, entPurgedBy } = account;
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
  if (ent === 'PRE_DELETED')
    places.push(inTrash(entPurgedBy, leftOn, minDate(today, todayOnTheWall)));
  return places;
}

const present =
  'L’utilisateur est encore dans l’ENT : voyez ce que l’ENT refuse (support de niveau 3).';

/**
 * The ENT's trash holds a name: allowed until the day on which the ENT empties it, and never beyond the three months of
 * the law (SUP-4), though its operator may have set a longer one.
 */
function inTrash(purgedBy: LocalDate | undefined, leftOn: LocalDate, today: LocalDate): ProofPlace {
  const lawEndsOn = addMonths(leftOn, 3);
  const until = purgedBy === undefined ? lawEndsOn : minDate(purgedBy, lawEndsOn);
  const isOver = isBefore(until, today);
  const isLong = purgedBy === undefined || isBefore(lawEndsOn, purgedBy);
  const why = isOver
    ? 'L’ENT garde encore l’utilisateur supprimé dans sa corbeille : demandez à son exploitant de la vider.'
    : 'L’ENT garde l’utilisateur supprimé dans sa corbeille.';
  const long = ' Son délai dépasse les trois mois : demandez à son exploitant un délai plus court.';
  return {
    ...place('ent', 'corbeille', isOver ? 'UNEXPECTED' : 'ALLOWED', isLong ? why + long : why),
    until,
  };
}

/** By the journal of who printed: the paper is out of our hands, and nothing of it is kept. */
function ofLetters({ accounts }: Findings): ProofPlace {
  const printed = accounts.reduce((sum, { lettersPrinted }) => sum + lettersPrinted, 0);
  if (printed === 0) return place('letters', '', 'NOTHING', 'Aucune lettre n’a été imprimée.');
  const lastOn = accounts
    .flatMap(({ lastLetterOn }) => lastLetterOn ?? [])
    .sort()
    .at(-1);
  const count = plural(printed, 'lettre imprimée', 'lettres imprimées');
  const last = lastOn === undefined ? '' : `, la dernière le ${frenchDate(lastOn)}`;
  return {
    ...place(
      'letters',
      '',
      'ALLOWED',
      `${count}${last} : sur papier, chez qui l’a reçue. Ni copie, ni code, ni nom n’en est gardé ; le journal dit qui a imprimé, quand et pour quel compte.`,
    ),
    rows: printed,
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
