import tseslint from 'typescript-eslint';

const noClockInDomain = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'The domain has no clock: take the date as an argument.',
  },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'The domain has no clock: take the date as an argument.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'The domain has no chance: take randomness as an argument.',
  },
];
const noFloatMoney = [
  {
    selector: "CallExpression[callee.name='parseFloat']",
    message: 'Money is integer cents or exact fractions.',
  },
  {
    selector: "MemberExpression[property.name='toFixed']",
    message: 'Money is formatted by libs/money.',
  },
  {
    selector: "CallExpression[callee.name='Number'] > Identifier[name=/Cents$/]",
    message: 'Cents stay bigint.',
  },
  {
    selector: "CallExpression[callee.name='Number'] > MemberExpression[property.name=/Cents$/]",
    message: 'Cents stay bigint.',
  },
];
/** One spelling of each thing, so that nobody asks what the difference means. */
const oneDialect = [
  { selector: 'PrivateIdentifier', message: 'Say `private`.' },
  { selector: "CallExpression[callee.name='it']", message: 'Say `test`.' },
  { selector: "CallExpression > MemberExpression[object.name='it']", message: 'Say `test`.' },
];

const sourceRules = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
  ],
  'no-empty': ['error', { allowEmptyCatch: false }],
  'no-restricted-syntax': ['error', ...oneDialect, ...noFloatMoney],
  '@typescript-eslint/no-import-type-side-effects': 'error',
  '@typescript-eslint/naming-convention': [
    'error',
    {
      ...{ selector: 'variable', modifiers: ['const', 'global'] },
      format: ['camelCase', 'PascalCase'],
      leadingUnderscore: 'allow',
    },
    // Named by who gives it.
    { selector: 'variable', modifiers: ['const', 'global', 'destructured'], format: null },
  ],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-console': 'off',
};

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      '.local/**',
      'node_modules/**',
      '**/generated/**',
      'apps/console/web/dist/**',
      'apps/console/web/public/**',
    ],
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts', 'test/**/*.ts', 'deploy/**/*.ts'],
    ignores: ['apps/console/web/**', '**/*.d.ts', '**/*.d.mts'],
    extends: [tseslint.configs.base],
    rules: sourceRules,
  },
  {
    // The web application has a tsconfig of its own, which the project service finds.
    files: ['apps/console/web/src/**/*.{ts,tsx}'],
    ignores: ['**/*.d.ts'],
    extends: [tseslint.configs.base],
    rules: sourceRules,
  },
  {
    // An untyped return hides a bigint for an int32 until somebody calls.
    files: ['**/*.rpc.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@nestjs/microservices',
              importNames: ['GrpcMethod'],
              message: 'Say @Answers(SomeService.method.someRpc) of #libs/rpc.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['libs/**/*.ts', 'apps/*/src/**/*.ts'],
    ignores: ['**/*-main.ts', '**/main.ts', '**/*.spec.ts', '**/*-spec.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: [
      'apps/*/src/**/domain/**/*.ts',
      'libs/{money,time,identifiers,problems,trade}/src/**/*.ts',
    ],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...oneDialect, ...noFloatMoney, ...noClockInDomain],
    },
  },
  {
    // Display of figures on screen and paper may shorten them; nothing there is computed with.
    files: ['test/bench/**/*.ts', 'deploy/**/*.ts', 'libs/testing/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...oneDialect] },
  },
);
