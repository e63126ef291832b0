export type { SheetInfo } from './accessible-document.js';
export { colours, type PenStyle } from './pen.js';
export {
  type AttachedFile,
  contentWidth,
  type NamedValue,
  page,
  type PlacedText,
  Sheet,
  type TextStyle,
} from './sheet.js';
export { PaperRead } from './paper-read.js';
export type { Cell, Column } from './table-cells.js';
export { TextsOnly, type Writable } from './texts-only.js';
export type { MetadataExtension } from './xmp.js';
