import { hash } from 'node:crypto';

/** Leaves of one tree: a record that is alone still carries four siblings at most. */
export const leavesMax = 16;

/** A digest, 64 hexadecimal characters. */
export type Digest = string;

const parentOf = (left: Digest, right: Digest): Digest => hash('sha256', `n${left}${right}`, 'hex');

/** Of each level from the leaves up to the root. An odd last node goes up as it is. Needs at least one leaf. */
function levelsOf(leaves: readonly Digest[]): (readonly Digest[])[] {
  const levels = [leaves];
  for (let level = leaves; level.length > 1;) {
    const above: Digest[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const right = level[at + 1];
      above.push(right === undefined ? level[at]! : parentOf(level[at]!, right));
    }
    levels.push(above);
    level = above;
  }
  return levels;
}

/** The root of a tree, and for each leaf its siblings from the bottom up. */
export function treeOf(leaves: readonly Digest[]): { root: Digest; paths: Digest[][] } {
  const levels = levelsOf(leaves);
  const paths = leaves.map((_leaf, leaf) => {
    const path: Digest[] = [];
    for (let depth = 0, at = leaf; depth < levels.length - 1; depth += 1, at >>= 1) {
      const sibling = levels[depth]![at ^ 1];
      if (sibling !== undefined) path.push(sibling);
    }
    return path;
  });
  return { root: levels.at(-1)![0]!, paths };
}

/** The root that a leaf and its siblings lead to. Undefined: the path has another length than the tree. */
export function rootFrom(
  leaf: Digest,
  { index, count, path }: { index: number; count: number; path: readonly Digest[] },
): Digest | undefined {
  if (index >= count) return undefined;
  let node = leaf;
  let used = 0;
  for (let at = index, width = count; width > 1; at >>= 1, width = (width + 1) >> 1) {
    if ((at ^ 1) >= width) continue;
    const sibling = path[used++];
    if (sibling === undefined) return undefined;
    node = at % 2 === 0 ? parentOf(node, sibling) : parentOf(sibling, node);
  }
  return used === path.length ? node : undefined;
}
