/** Small damage to something that is right: what a slip of the hand, a merge or a bad generator leaves. */
import fc from "fast-check";

/** What a damaged place gets, beside pieces of the text itself. */
const fragments = [
  ...Array.from("\t\n\r:-?{}[],&*!|>'\"%@`#~\\"),
  ": ",
  "- ",
  "\n\n",
  "\r\n",
  "  ",
  "---\n",
  "...\n",
  "<<: ",
  "&a ",
  "*a",
  "!!str ",
  "!x ",
  "null",
  "[]",
  "{}",
  "''",
  "1e3",
  "\u00a0",
  "\ufeff",
  "é",
];

/** The text with one to four spans deleted, doubled, exchanged, or replaced. */
export function damagedText(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const slip = fc.record({
    kind: fc.constantFrom("delete", "insert", "double", "swap", "cut"),
    from: place,
    to: place,
    length: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 })),
    fragment: fc.constantFrom(...fragments),
  });
  return fc
    .tuple(text, fc.array(slip, { minLength: 1, maxLength: 4 }))
    .map(([whole, slips]) => slips.reduce(applySlip, whole));
}

interface Slip {
  readonly kind: "delete" | "insert" | "double" | "swap" | "cut";
  readonly from: number;
  readonly to: number;
  readonly length: number;
  readonly fragment: string;
}

function applySlip(text: string, { kind, from, to, length, fragment }: Slip): string {
  const start = Math.floor(from * text.length);
  const span = text.slice(start, start + length);
  const rest = text.slice(0, start) + text.slice(start + length);
  const target = Math.floor(to * rest.length);
  switch (kind) {
    case "delete":
      return rest;
    case "insert":
      return text.slice(0, start) + fragment + text.slice(start);
    case "double":
      return text.slice(0, start) + span + text.slice(start);
    case "swap":
      return rest.slice(0, target) + span + rest.slice(target);
    case "cut":
      return text.slice(0, start);
  }
}

export type Tree = null | boolean | number | string | readonly Tree[] | { readonly [key: string]: Tree };

/** The tree with one to three nodes replaced (by a value, or by another node), removed, renamed, doubled, or wrapped. */
export function damagedTree(
  tree: fc.Arbitrary<Tree>,
  values: fc.Arbitrary<Tree>,
  keys: fc.Arbitrary<string>,
): fc.Arbitrary<Tree> {
  const place = fc.double({ min: 0, max: 0.999, noNaN: true });
  const damage = fc.record({
    kind: fc.constantFrom("replace", "borrow", "borrow", "remove", "rename", "double", "wrap"),
    place,
    other: place,
    value: values,
    key: keys,
  });
  return fc
    .tuple(tree, fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([whole, damages]) => damages.reduce(applyDamage, whole));
}

interface Damage {
  readonly kind: "replace" | "borrow" | "remove" | "rename" | "double" | "wrap";
  readonly place: number;
  /** The place of the node that is borrowed. */
  readonly other: number;
  readonly value: Tree;
  readonly key: string;
}

function applyDamage(tree: Tree, damage: Damage): Tree {
  const nodes = nodesBelow(tree);
  // The root is left: what the place counts are the values below it.
  let left = 1 + Math.floor(damage.place * nodes.length);
  const borrowed = nodes[Math.floor(damage.other * nodes.length)] ?? null;
  const visit = (node: Tree): Tree => {
    if (typeof node !== "object" || node === null) return node;
    const isList = Array.isArray(node);
    const pairs = Object.entries(node).flatMap(([key, value]): [string, Tree][] =>
      --left === 0 ? damaged(key, value, damage, borrowed) : [[key, visit(value)]],
    );
    return isList ? pairs.map(([, value]) => value) : Object.fromEntries(pairs);
  };
  return visit(tree);
}

function damaged(
  key: string,
  value: Tree,
  { kind, value: other, key: newKey }: Damage,
  borrowed: Tree,
): [string, Tree][] {
  switch (kind) {
    case "borrow":
      return [[key, borrowed]];
    case "replace":
      return [[key, other]];
    case "remove":
      return [];
    case "rename":
      return [[newKey, value]];
    case "double":
      return [
        [key, value],
        [newKey, value],
      ];
    case "wrap":
      return [[key, [value]]];
  }
}

function nodesBelow(node: Tree): readonly Tree[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.values(node).flatMap((value: Tree) => [value, ...nodesBelow(value)]);
}
