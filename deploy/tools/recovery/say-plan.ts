import type { ServiceName } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import type { Ahead } from './go-back.js';
import type { LostFacts } from './read-lost.js';
import type { Afterwards, RecoveryPlan, Step } from './steps.js';

export type PlanToSay = {
  readonly plan: RecoveryPlan;
  readonly lost: readonly LostFacts[];
  readonly absent: readonly ServiceName[];
  readonly running: readonly ServiceName[];
  readonly digest: string;
  /** The folder of the backup, where it is known. */
  readonly backup: string | undefined;
  /** Of memberships, by id. */
  readonly names: ReadonlyMap<string, string>;
};

/** For an operator at night: what, why, how many, and the command that comes next. */
export function sayPlan({
  plan,
  lost,
  absent,
  running,
  digest,
  backup,
  names,
}: PlanToSay): string[] {
  const steps = [
    ...(absent.length > 0 ? [restoreAbsent(absent, backup)] : []),
    ...plan.steps.map((step) => sayStep(step, backup)),
  ];
  return [
    ...(running.length > 0
      ? [
          `Ces services tournent (${running.join(', ')}) : les chiffres bougent encore. Arrêtez-les (npm run ent -- services stop), puis relancez recovery plan.`,
        ]
      : []),
    ...sayForgetful(plan.forgetful, lost, names),
    ...(steps.length === 0
      ? [
          'Rien à reprendre : chaque service lit la suite de ce que publient les autres.',
          ...sayUnread(plan),
        ]
      : [
          `${plural(steps.length, 'étape', 'étapes')} :`,
          ...numbered(steps),
          '',
          ...next(plan, absent, running, digest),
        ]),
    ...(plan.steps.length === 0 && plan.afterwards.length > 0
      ? ['Ensuite :', ...sayNext(plan.afterwards)]
      : []),
  ];
}

const numbered = (steps: readonly string[][]): string[] =>
  steps.flatMap(([first = '', ...more], at) => [
    `  ${at + 1}. ${first}`,
    ...more.map((line) => `     ${line}`),
  ]);

function next(
  { steps }: RecoveryPlan,
  absent: readonly ServiceName[],
  running: readonly ServiceName[],
  digest: string,
): string[] {
  if (running.length > 0) return [];
  if (absent.length > 0 || steps.some((step) => step.do === 'restore')) {
    return ['Restaurez d’abord, puis relancez : npm run ent -- recovery plan'];
  }
  return [
    'Rien n’est encore changé. Pour exécuter exactement ce plan, services arrêtés :',
    `  npm run ent -- recovery run ${digest} MOTIF`,
  ];
}

function sayForgetful(
  forgetful: readonly ServiceName[],
  lost: readonly LostFacts[],
  names: PlanToSay['names'],
): string[] {
  return forgetful.flatMap((service) => {
    const own = lost.filter(({ owner }) => owner === service);
    return [
      `${service} est revenu en arrière : d’autres connaissent de lui des faits que sa base ne connaît plus.`,
      ...(own.length === 0 ? [] : ['  Ce qui est perdu, et que des personnes peuvent refaire :']),
      ...own.map(
        ({ topic, type, count, memberships }) =>
          `    ${topic}  ${type} : ${formatCount(count)}${sayMemberships(memberships, names)}`,
      ),
    ];
  });
}

function sayMemberships(ids: readonly string[], names: PlanToSay['names']): string {
  if (ids.length === 0) return '';
  const shown = ids
    .slice(0, 10)
    .map((id) => names.get(id) ?? `${id}, que la base de membership ne connaît plus`);
  return ` : ${shown.join(' ; ')}${ids.length > 10 ? ` ; … ${ids.length} en tout, --json les donne` : ''}`;
}

function sayUnread({ standings }: RecoveryPlan): string[] {
  const services = [...new Set(standings.map(({ consumer }) => consumer))];
  return services.flatMap((service) => {
    const unread = standings
      .filter(({ consumer }) => consumer === service)
      .reduce((sum, one) => sum + one.unread, 0);
    return unread === 0
      ? []
      : [`  ${service} lira ${plural(unread, 'enregistrement', 'enregistrements')} au démarrage.`];
  });
}

const restoreAbsent = (absent: readonly ServiceName[], backup: string | undefined): string[] => [
  `Restaurer ${absent.join(', ')} : leur base n’existe pas.`,
  restoreCommand(absent, backup),
];

const restoreCommand = (services: readonly ServiceName[], backup: string | undefined) =>
  `npm run ent -- backup restore ${backup ?? 'SAUVEGARDE'} ${services.join(' ')}`;

function sayStep(step: Step, backup: string | undefined): string[] {
  switch (step.do) {
    case 'restore':
      return [
        `Remettre ${step.services.join(', ')} à la même sauvegarde :`,
        ...sayAhead(step.ahead),
        restoreCommand(step.services, backup),
        'ou, si c’est la restauration qui était une erreur, remettez l’ancienne base en place (deploy/README.md).',
      ];
    case 'make-topics':
      return [
        `Refaire ${plural(step.topics.length, 'sujet', 'sujets')} de Kafka : ${step.topics.join(', ')}.`,
      ];
    case 'raise':
      return [
        `${step.owner} : commencer une nouvelle vie de la base. PostgreSQL ne distingue pas cet état du précédent (copie du disque).`,
      ];
    case 'take-back':
      return [
        `${step.consumer} : ne plus ignorer la vie ${step.life.epoch} dans ${step.life.topic} ; la base qui l’a publiée est de nouveau en place.`,
      ];
    case 'forgo':
      return [
        `${step.consumer} ignorera dans ${step.life.topic} ce qu’a publié la vie perdue (vie ${step.life.epoch}, à partir du n° ${step.life.fromSeq}) : lu, compté, sans effet.`,
      ];
    case 'keep-lost-days':
      return [
        `${step.owner} gardera de ${step.life.topic} les jours que la vie perdue avait publiés (vie ${step.life.epoch}, à partir du n° ${step.life.fromSeq}) et les redira : ce qui a été compté le reste.`,
      ];
    case 'read-again':
      return [
        `${step.consumer} sera vidé de ce qui vient des faits et relira ${plural(step.records, 'enregistrement', 'enregistrements')} :`,
        ...sayAhead(step.ahead),
        'Rien de ce qui lui est propre n’est touché ; ses chiffres sont partiels jusqu’à la fin de la relecture.',
        'Ce qu’il avait mis de côté est relu : une proposition de le passer (parked skip) est à refaire.',
      ];
    case 'follow':
      return [
        `${step.consumer} suivra de nouveau ${step.topic} (${plural(step.partitions.length, 'partition', 'partitions')}) : ce qui y est publié remplace ce qu’il en sait.`,
      ];
    case 'rejoin':
      return [
        `${step.consumer} relira ${step.topic} depuis son début (${plural(step.partitions.length, 'partition', 'partitions')}) : ce qu’il a déjà est reconnu à son numéro.`,
      ];
    case 'tell-again':
      return [
        `${step.owner} republiera de ses archives ${step.topics.join(', ')}, sous les mêmes numéros.`,
      ];
  }
}

/** What is left once the steps are done, command by command. */
export function sayNext(afterwards: readonly Afterwards[]): string[] {
  const isHeld = afterwards.some((step) => step.do === 'compare-ent');
  return numbered([
    [`npm run ent -- services start${isHeld ? ' --held' : ''}`],
    ...afterwards.flatMap((step) =>
      step.do === 'announce-again'
        ? [
            [
              `npm run ent -- ${step.owner} announce-again ${step.reason}`,
              `redit l’état de chacun (${step.topics.join(', ')})`,
            ],
          ]
        : [],
    ),
    [
      'npm run ent -- recovery check',
      isHeld
        ? 'jusqu’à ce qu’il ne dise plus rien, hors les faits « à redire » de provisioning'
        : 'jusqu’à « Chaque service est où en sont ceux qu’il lit »',
    ],
    ...(isHeld
      ? [
          ['npm run ent -- provisioning compare-ent --apply --motif BASE_RESTAUREE'],
          ['npm run ent -- services start', 'provisioning parle de nouveau à l’ENT'],
          ['npm run ent -- recovery check'],
        ]
      : []),
  ]);
}

const sayAhead = (ahead: readonly Ahead[]): string[] =>
  ahead.map(
    ({ consumer, owner, topic }) =>
      `- ${consumer} a appliqué de ${topic} des faits que ${owner} ne connaît plus ou ne connaîtra plus.`,
  );
