import {
  CST,
  isMap,
  isNode,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  parseDocument,
  type ParsedNode,
  Parser,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import type { FieldMistake } from './domain/market-mistakes.js';

/** The text of a market's file: what it says as far as it can be read, and where a field stands in it. */
export type MarketText = {
  readonly value?: unknown;
  /** What is wrong with the text itself, each with its line. */
  readonly mistakes: readonly string[];
  /** With its line; undefined from the first broken place on, since nothing is sure behind it. */
  readonly told: (mistake: FieldMistake) => string | undefined;
};

/** YAML 1.2 (core schema: an unquoted day stays text), and JSON, which is YAML too. */
export function readMarketText(content: string): MarketText {
  const excess = excessOf(content);
  if (excess !== undefined) return { mistakes: [`fichier : ${excess}`], told: () => undefined };
  const lines = new LineCounter();
  const document = parseDocument(content, { schema: 'core', uniqueKeys: true, lineCounter: lines });
  const broken: number[] = [];
  const mistakes = document.errors.map(({ code, pos }) => {
    const { line } = lines.linePos(pos[0]);
    if (code !== 'DUPLICATE_KEY') broken.push(line);
    return `ligne ${line} : ${code === 'DUPLICATE_KEY' ? twice : unreadable}`;
  });
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document)) return undefined;
      const { line } = lines.linePos(alias.range?.[0] ?? 0);
      mistakes.push(
        `ligne ${line} : « *${alias.source} » renvoie à un nom qui n’est pas défini avant`,
      );
      return new Scalar(null);
    },
  });
  const sureUntil = Math.min(...broken);
  const told = ({ field, message }: FieldMistake) => {
    const { line, isThere } = placeOf(document.contents, field, lines);
    if (broken.length > 0 && !(isThere && line < sureUntil)) return undefined;
    return `${[line && `ligne ${line}`, field].filter(Boolean).join(', ') || 'fichier'} : ${message}`;
  };
  try {
    return { value: document.toJS({ maxAliasCount: most.aliases }) as unknown, mistakes, told };
  } catch {
    // More parts than the aliases of a file written by hand make.
    return { mistakes: [...mistakes, tooManyAliases], told: () => undefined };
  }
}

const unreadable =
  'le fichier ne se lit pas ; vérifiez l’alignement, les deux-points, les virgules, les guillemets et les accolades';
const twice = 'le même nom figure deux fois dans cette partie';
const tooManyAliases = 'fichier : il renvoie trop souvent à lui-même (*nom)';

// Far beyond any market: a file of fifty items has 12,000 characters and 3,000 words.
const most = { characters: 64_000, words: 6_000, aliases: 20, levels: 10 };

/**
 * What a market never needs, found in time that grows with the length: to read names costs their square, and a
 * name that is itself a part twice as much at each level.
 */
function excessOf(content: string): string | undefined {
  if (content.length > most.characters) {
    return `plus de ${most.characters} caractères, un marché n’en demande pas tant`;
  }
  let words = 0;
  let aliases = 0;
  for (const word of new Lexer().lex(content)) {
    words += 1;
    if (CST.tokenType(word) === 'alias') aliases += 1;
    if (words > most.words)
      return `plus de ${most.words} mots et signes, un marché n’en demande pas tant`;
    if (aliases > most.aliases)
      return `plus de ${most.aliases} renvois (*nom), un marché n’en demande pas tant`;
  }
  let isDeep = false;
  for (const part of new Parser().parse(content)) {
    if (part.type !== 'document') continue;
    CST.visit(part, (_item, path) => {
      isDeep ||= path.length > most.levels;
      return isDeep ? CST.visit.BREAK : undefined;
    });
  }
  return isDeep ? `plus de ${most.levels} niveaux, un marché n’en demande pas tant` : undefined;
}

/** Of the field's name, or of what it is missing in; line 0 where that is the file. */
function placeOf(contents: ParsedNode | null, field: string, lines: LineCounter) {
  const names = field === '' ? [] : field.split('.');
  let node: unknown = contents;
  let line = 0;
  for (const name of names) {
    const pair = isMap(node) ? pairsOf(node).get(name) : undefined;
    const entry = isSeq(node) ? node.items[Number(name)] : pair?.key;
    if (!isNode(entry) || !entry.range) return { line, isThere: false };
    ({ line } = lines.linePos(entry.range[0]));
    node = pair ? pair.value : entry;
  }
  return { line, isThere: line > 0 };
}

// Each part once: to look through a thousand names for each of a thousand mistakes takes half a second.
const known = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
function pairsOf(part: YAMLMap): ReadonlyMap<string, Pair> {
  const pairs = known.get(part) ?? new Map(part.items.map((pair) => [String(pair.key), pair]));
  known.set(part, pairs);
  return pairs;
}
