import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { FieldMistake } from './domain/market-mistakes.js';

/** The text of a market's file: what it says, or where it cannot be read; and where a field stands in it. */
export type MarketText = {
  readonly value?: unknown;
  readonly mistakes: readonly string[];
  readonly told: (mistake: FieldMistake) => string;
};

/** JSON where it begins like it, else YAML 1.2 (core schema: an unquoted day stays text). */
export function readMarketText(content: string): MarketText {
  const lines = new LineCounter();
  // JSON is YAML too, so that one reading tells the line of a field in both.
  const document = parseDocument(content, { schema: 'core', uniqueKeys: true, lineCounter: lines });
  const told = ({ field, message }: FieldMistake) =>
    `${whereabouts(field, lineOf(document, field, lines))} : ${message}`;
  return content.trimStart().startsWith('{')
    ? { ...readJson(content), told }
    : { ...readYaml(document), told };
}

const notJson =
  'le JSON ne se lit pas ; vérifiez virgules, guillemets et accolades autour de cet endroit';
const notYaml = 'le YAML ne se lit pas ; vérifiez l’alignement, les deux-points et les guillemets';
const twice = 'le YAML ne se lit pas ; le même nom figure deux fois dans cette partie';
const tooManyAliases = 'le YAML ne se lit pas ; il renvoie trop souvent à lui-même';

function readJson(content: string): { value?: unknown; mistakes: string[] } {
  try {
    return { value: JSON.parse(content) as unknown, mistakes: [] };
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const line =
      position === undefined ? undefined : content.slice(0, Number(position)).split('\n').length;
    return { mistakes: [`${whereabouts('', line)} : ${notJson}`] };
  }
}

function readYaml(document: Document.Parsed): { value?: unknown; mistakes: string[] } {
  if (document.errors.length > 0) {
    return {
      mistakes: document.errors.map(
        ({ linePos, code }) =>
          `${whereabouts('', linePos?.[0].line)} : ${code === 'DUPLICATE_KEY' ? twice : notYaml}`,
      ),
    };
  }
  try {
    return { value: document.toJS({ maxAliasCount: 20 }) as unknown, mistakes: [] };
  } catch {
    // More aliases than a file written by hand has.
    return { mistakes: [`${whereabouts('', undefined)} : ${tooManyAliases}`] };
  }
}

const whereabouts = (field: string, line: number | undefined) =>
  [line === undefined ? '' : `ligne ${line}`, field].filter(Boolean).join(', ') || 'fichier';

/** Of the field, or of what it is missing in. */
function lineOf(document: Document, field: string, lines: LineCounter): number | undefined {
  const path = field === '' ? [] : field.split('.');
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
