import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

type Alarm = {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
};

const yaml = <T>(file: string) => parse(readFileSync(file, 'utf8')) as T;
const { groups } = yaml<{ groups: { rules: Alarm[] }[] }>('deploy/alarms.yml');
const alarms = groups.flatMap(({ rules }) => rules);

type AlarmTest = { readonly alertname: string; readonly exp_alerts?: readonly unknown[] };
const { tests, ...settings } = yaml<{
  evaluation_interval: string;
  tests: { alert_rule_test: AlarmTest[] }[];
}>('deploy/alarms.tests.yml');
/** One metric beside one figure: nothing is computed that could be computed wrongly. */
const comparison =
  /^((sum|max|min)( by \([\w, ]+\))? ?\()?\w+(\{[^{}]*\})?\)? (==|>|<|<=|>=) [\d.e]+$/;

const promtool = (...args: string[]) =>
  execFileSync('promtool', args, { encoding: 'utf8', stdio: 'pipe' });

test('Prometheus loads the alarms', () => {
  expect(promtool('check', 'rules', '--lint-fatal', 'deploy/alarms.yml')).toContain(
    `SUCCESS: ${alarms.length} rules found`,
  );
});

test('the alarms that compute something fire when they should, and not before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alarms-'));
  const write = (name: string, content: object) => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  // Each with its own alarms alone: promtool evaluates all that it loads, at each step of up to fourteen days.
  const files = tests.map((one, n) => {
    const names = new Set(one.alert_rule_test.map(({ alertname }) => alertname));
    const rules = alarms.filter(({ alert }) => names.has(alert));
    expect(rules.map(({ alert }) => alert).sort()).toEqual([...names].sort());
    const ruleFile = write(`rules-${n}.json`, { groups: [{ name: 'alarms', rules }] });
    return write(`test-${n}.json`, { ...settings, rule_files: [ruleFile], tests: [one] });
  });
  try {
    expect(promtool('test', 'rules', ...files).match(/SUCCESS/g)).toHaveLength(tests.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('each alarm that computes something is tested to fire and not to fire', () => {
  const computing = alarms.filter(({ expr }) => !comparison.test(expr)).map(({ alert }) => alert);
  const tested = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
  const names = (fires: boolean) =>
    tested.filter((t) => Boolean(t.exp_alerts?.length) === fires).map((t) => t.alertname);
  expect(computing).toContain('EntDayNotBegun');
  expect(computing.filter((name) => !names(true).includes(name))).toEqual([]);
  expect(computing.filter((name) => !names(false).includes(name))).toEqual([]);
});

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
  'ent_calendar_by_clock',
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
