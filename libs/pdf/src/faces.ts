import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font, type GlyphRun } from 'fontkit';

export type Face = 'regular' | 'bold';
export const faces = ['regular', 'bold'] as const satisfies readonly Face[];

// Source Sans 3 (SIL Open Font License 1.1, which allows embedding and subsetting), in its package's own version: another
// version gives other bytes.
const files: Readonly<Record<Face, string>> = {
  regular: '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  bold: '@expo-google-fonts/source-sans-3/700Bold/SourceSans3_700Bold.ttf',
};
const opened = new Map<Face, { readonly plain: Font; readonly remembering: Font }>();

/**
 * Read and parsed once per process; a document embeds the glyphs that it shows. `remembering`: the shapes of words are
 * kept for the next document, since papers of a kind share most of theirs and shaping takes most of the time; never where
 * a paper names people. Both give the same bytes.
 */
export function faceOf(face: Face, kind: 'plain' | 'remembering' = 'plain'): Font {
  let known = opened.get(face);
  if (!known) {
    const path = createRequire(import.meta.url).resolve(files[face]);
    const plain = namedByCharacters(create(readFileSync(path)) as Font);
    opened.set(face, (known = { plain, remembering: remembering(plain) }));
  }
  return known[kind];
}

/**
 * A glyph keeps the characters with which it was first asked for. Embedding asks for the parts of a compound one (the `E`
 * of an `É`) with none: whatever the next documents show of it would be read as nothing. So each is asked for here first,
 * and the ligatures before them by their letters, which is what `fi` is read as, not by their own character `ﬁ`.
 */
function namedByCharacters(font: Font): Font {
  const characters = font.characterSet.map((codePoint) => String.fromCodePoint(codePoint));
  for (const one of characters.filter((each) => /\p{Script=Latin}/u.test(each))) {
    const letters = one.normalize('NFKC');
    if (letters.length > 1) font.layout(letters);
  }
  for (const codePoint of font.characterSet) font.glyphForCodePoint(codePoint);
  return font;
}

/** Whether both faces have a glyph for it: one that they have not would be an empty box, and no PDF/A. */
export function canBeShown(character: string): boolean {
  const codePoint = character.codePointAt(0)!;
  return faces.every((face) => faceOf(face).hasGlyphForCodePoint(codePoint));
}

type Shape = Pick<GlyphRun, 'glyphs' | 'positions' | 'advanceWidth'>;
const rememberedMax = 10_000;

function remembering(font: Font): Font {
  const shapes = new Map<string, Shape>();
  const layout = (text: string, features?: string[]): Shape => {
    if (features) return font.layout(text, features);
    let shape = shapes.get(text);
    if (!shape) {
      shape = font.layout(text);
      if (shapes.size < rememberedMax) shapes.set(text, shape);
    }
    // pdfkit scales the positions that it is given, and then reads the width that they have together.
    const positions = shape.positions.map((position) => ({ ...position }));
    return {
      glyphs: shape.glyphs,
      positions,
      get advanceWidth() {
        return positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
      },
    };
  };
  return Object.assign(Object.create(font) as Font, { layout });
}
