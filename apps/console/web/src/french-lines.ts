import { unbroken } from '#libs/trade';

/** What people type, and what is read letter by letter. */
const asTyped = 'textarea, code, pre, script, style';

/**
 * Every text of the page breaks as French lines do, wherever it comes from: ours, a service's, the design system's. In the
 * document, since half of the texts never pass through a component of ours.
 */
export function keepLinesFrench(root: HTMLElement): void {
  const show = (text: Node) => {
    const shown = unbroken(text.nodeValue ?? '');
    if (shown !== text.nodeValue && !text.parentElement?.closest(asTyped)) text.nodeValue = shown;
  };
  const showAll = (node: Node) => {
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    if (node instanceof Text) show(node);
    while (texts.nextNode()) show(texts.currentNode);
  };
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === 'characterData') show(target);
      else for (const added of addedNodes) showAll(added);
    }
  }).observe(root, { childList: true, characterData: true, subtree: true });
  showAll(root);
}
