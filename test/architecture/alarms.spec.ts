import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Alarm = {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
};

const { groups } = parse(readFileSync('deploy/alarms.yml', 'utf8')) as {
  groups: { rules: Alarm[] }[];
};
const alarms = groups.flatMap(({ rules }) => rules);

/** Metrics that some process tells. */
const told = new Set(
  ['libs', 'apps', 'deploy/tools'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
      .flatMap((file) =>
        [...readFileSync(join(root, file), 'utf8').matchAll(/name: '(ent_\w+)'/g)].map(
          ([, name]) => name!,
        ),
      ),
  ),
);
const namesIn = (expr: string) => [...expr.matchAll(/\bent_\w+/g)].map(([name]) => name);

/** Figures that tell how much, not that something is wrong. */
const forInformation = [
  ...['ent_calls_per_second_learnt', 'ent_consumed_events_total', 'ent_file_accounts_total'],
  'ent_outbox_pending',
];

test.each(alarms.map((alarm) => [alarm.alert, alarm] as const))(
  '%s asks what is told, says it in French, and how long and how bad',
  (_name, alarm) => {
    expect(namesIn(alarm.expr).filter((name) => !told.has(name))).toEqual([]);
    expect(alarm.for).toMatch(/^\d+[mh]$/);
    expect(['page', 'ticket']).toContain(alarm.labels.severity);
    expect(alarm.annotations.summary).toMatch(/^[A-ZÉ{].+[.%}]$/);
  },
);

test('each alarm has its lines for the operator, and each such chapter its alarm', () => {
  // A heading alone helps nobody at 3 a.m.: what to do follows it.
  const chapters = [
    ...readFileSync('deploy/README.md', 'utf8').matchAll(/^### (Ent\w+)\n+(?!#)\S.{40}/gm),
  ];
  expect(chapters.map(([, name]) => name).sort()).toEqual(alarms.map(({ alert }) => alert).sort());
});

test('each figure of ours rings somewhere, or is for information', () => {
  const rung = new Set(alarms.flatMap(({ expr }) => namesIn(expr)));
  expect([...told].filter((name) => !rung.has(name)).sort()).toEqual(forInformation);
});
