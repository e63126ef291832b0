export {
  type Cell,
  type Column,
  colours,
  contentWidth,
  page,
  Sheet,
  type TextStyle,
} from './sheet.js';
