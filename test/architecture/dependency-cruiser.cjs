// Who may import whom (house style 5.2). Each rule is probed in probes.spec.ts: a rule that stays silent checks nothing.
const KERNEL = '^libs/(problems|money|time|identifiers|trade)/';
const TEST =
  '\\.(spec|int-spec|e2e-spec|scenario-spec|drill-spec|contract-spec|contract|test-support)\\.ts$';
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule(
      'kernel-is-pure',
      'Money, time, identifiers, problems and trade import each other and nothing else: no package, no Node core.',
      { path: KERNEL, pathNot: TEST },
      { pathNot: KERNEL },
    ),
    rule(
      'libs-never-import-apps',
      'A library knows no service.',
      { path: '^libs/' },
      { path: '^apps/' },
    ),
    rule(
      'apps-never-import-apps',
      'Services meet only through proto/.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    rule(
      'domain-is-pure',
      'A domain imports its own folder and the kernel: no framework, no clock, no I/O.',
      { path: '^apps/([^/]+)/src/(.+)/domain/', pathNot: TEST },
      { pathNot: ['^apps/$1/src/$2/domain/', KERNEL] },
    ),
    rule(
      'features-through-the-door',
      'A sibling neighbourhood is entered through what its module files export (a reader where one still stands); rooms of one neighbourhood know each other.',
      { path: '^apps/([^/]+)/src/([^/]+)/', pathNot: TEST },
      {
        path: '^apps/$1/src/[^/]+/',
        pathNot: [
          '^apps/$1/src/$2/',
          '\\.(module|reader)\\.ts$',
          '^apps/$1/src/(generated|clients)/',
        ],
      },
    ),
    rule(
      'database-in-adapters-only',
      'SQL drivers and Prisma live in adapters that say so in their name.',
      {
        path: '^(apps|libs)/',
        pathNot: [
          '\\.pg\\.ts$',
          '\\.(pg|prisma)-[a-z-]+\\.ts$',
          TEST,
          '^libs/(persistence|messaging|testing)/',
          '/generated/',
        ],
      },
      { path: ['/generated/prisma/', 'node_modules/(@prisma|pg|pg-copy-streams)/'] },
    ),
    rule(
      'prisma-for-typed-reads-only',
      'A generated client is met where the database is (its row types) and in the one file that puts it on the pool.',
      {
        path: '^(apps|libs)/',
        pathNot: ['\\.pg\\.ts$', '\\.prisma-client\\.ts$', TEST, '/generated/'],
      },
      { path: '/generated/prisma/' },
    ),
    rule(
      'typed-tables-where-the-database-is',
      'The tables of a service are read in the class of their noun: use cases ask it, and only a module provides them.',
      {
        path: '^apps/',
        pathNot: ['\\.pg\\.ts$', '\\.module\\.ts$', TEST],
      },
      { path: '\\.prisma-client\\.ts$' },
    ),
    rule(
      'transports-at-the-edge',
      'Kafka only in libs/messaging, LDAP and Bull only in adapters that say so in their name.',
      {
        path: '^(apps|libs)/',
        pathNot: ['^libs/(messaging|testing)/', '\\.(ldap|ent|bull)-[a-z-]+\\.ts$', TEST],
      },
      { path: 'node_modules/(kafkajs|ldapjs|bull)/' },
    ),
    rule(
      'kafka-in-messaging-only',
      'One library speaks to Kafka.',
      { path: '^(apps|libs)/', pathNot: ['^libs/messaging/', TEST] },
      { path: 'node_modules/kafkajs/' },
    ),
    rule(
      'services-meet-in-clients',
      'Only gateways and the console’s clients call another service.',
      {
        path: '^apps/',
        pathNot: ['\\.grpc-gateway\\.ts$', '^apps/console/src/clients/', '/main\\.ts$', TEST],
      },
      { path: 'node_modules/@grpc/' },
    ),
    rule(
      'no-test-code-in-production',
      'Fakes, builders and specs stay out of what runs.',
      {
        path: '^(apps|libs)/',
        pathNot: [TEST, '^libs/testing/'],
      },
      { path: ['^libs/testing/', '^test/', TEST] },
    ),
    rule(
      'no-development-dependency-in-production',
      'What runs needs nothing that is installed for development alone.',
      { path: '^(apps|libs)/', pathNot: [TEST, '^libs/testing/'] },
      { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    ),
    rule(
      'outside-is-outside',
      'The comparison outside the product shares no code with it, nor with the simulator.',
      { path: '^test/outside/' },
      { path: ['^(apps|libs|deploy)/', '^test/(?!outside/)'] },
    ),
    rule(
      'no-circular',
      'A circle of injectables fails at start under swc, and has no reading order.',
      { pathNot: '/generated/' },
      { circular: true },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^apps/console/web/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
