/**
 * How our code reads, where no rule of the linter's own says it: one spelling of each thing, so that nobody asks what the
 * difference means; no clock and no chance in the domain; money that is never a float. For oxlint (.oxlintrc.json).
 */
const named = (node, name) => node?.type === 'Identifier' && node.name === name;
const isMember = (node, object, property) =>
  node.type === 'MemberExpression' && named(node.object, object) && named(node.property, property);

const saying = (message, visitor) => ({
  create: (context) => visitor((node) => context.report({ node, message })),
});

const sayPrivate = saying('Say `private`.', (refuse) => ({ PrivateIdentifier: refuse }));

const sayTest = saying('Say `test`.', (refuse) => ({
  CallExpression({ callee }) {
    const head = callee.type === 'MemberExpression' ? callee.object : callee;
    if (named(head, 'it')) refuse(head);
  },
}));

const centsAreBigint = saying(
  'Cents stay bigint, or an exact fraction: libs/money formats them.',
  (refuse) => ({
    CallExpression(node) {
      const {
        callee,
        arguments: [first],
      } = node;
      if (named(callee, 'parseFloat')) refuse(node);
      const name = first?.type === 'MemberExpression' ? first.property.name : first?.name;
      if (named(callee, 'Number') && /Cents$/.test(name ?? '')) refuse(node);
    },
    MemberExpression(node) {
      if (named(node.property, 'toFixed')) refuse(node);
    },
  }),
);

const noClockInDomain = saying(
  'The domain has no clock and no chance: take the date and randomness as arguments.',
  (refuse) => ({
    NewExpression(node) {
      if (named(node.callee, 'Date') && node.arguments.length === 0) refuse(node);
    },
    MemberExpression(node) {
      if (isMember(node, 'Date', 'now') || isMember(node, 'Math', 'random')) refuse(node);
    },
  }),
);

/** camelCase or PascalCase; what is taken out of something is named by who gives it. */
const nameOfConstant = saying('Constants are named in camelCase.', (refuse) => ({
  Program({ body }) {
    for (const statement of body) {
      const declaration =
        statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue;
      for (const { id } of declaration.declarations)
        if (id.type === 'Identifier' && /._/.test(id.name)) refuse(id);
    }
  },
}));

export default {
  meta: { name: 'dialect' },
  rules: {
    'say-private': sayPrivate,
    'say-test': sayTest,
    'cents-are-bigint': centsAreBigint,
    'no-clock-in-domain': noClockInDomain,
    'name-of-constant': nameOfConstant,
  },
};
