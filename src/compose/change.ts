/** Carries a change of the model over to the document that the model was read from. */
import type { Entry, Node } from "./document.ts";
import { valueOf } from "./document.ts";
import { isMapping } from "./model.ts";
import { encodeScalar } from "./scalar.ts";

/**
 * The document of the changed model. `before` is the model of `node`, and `after` was made from it: a scalar that is
 * the same in both keeps its bytes; what is new is written as mono writes it.
 */
export function changeDocument(node: Node, before: unknown, after: unknown): Node {
  if (Array.isArray(after)) {
    const nodes = node.kind === "sequence" ? node.items : [];
    const values: readonly unknown[] = Array.isArray(before) ? before : [];
    const isAligned = values.length === after.length;
    const items = after.map((value: unknown, index) => {
      const place = isAligned ? index : values.indexOf(value);
      return changed(nodes[place], values[place], value);
    });
    return { kind: "sequence", items };
  }
  if (isMapping(after)) {
    const known = new Map((node.kind === "mapping" ? node.entries : []).map((entry) => [entry.key, entry]));
    const values = isMapping(before) ? before : {};
    const entries = Object.entries(after).flatMap(([key, value]): Entry[] => {
      if (value === undefined) return [];
      const entry = known.get(key);
      const written = entry ?? { key, rawKey: encodeScalar(key) };
      return [{ ...written, value: changed(entry?.value, values[key], value) }];
    });
    return { kind: "mapping", entries };
  }
  if (node.kind === "scalar" && Object.is(before, after)) return node;
  return ownScalar(after);
}

function changed(node: Node | undefined, before: unknown, after: unknown): Node {
  return changeDocument(node ?? ownScalar(null), node === undefined ? undefined : before, after);
}

function ownScalar(value: unknown): Node {
  return { kind: "scalar", raw: encodeScalar(value ?? null), isOwn: true };
}

/** Where Compose reads another document than it was given: the places, and what is there; none when it reads the same. */
export function differences(meant: Node | undefined, read: Node | undefined, path = ""): readonly string[] {
  if (meant === undefined || read === undefined) {
    return isNothing(meant) && isNothing(read) ? [] : [difference(meant, read, path)];
  }
  if (meant.kind === "scalar" && read.kind === "scalar") {
    return isSameScalar(meant, read) ? [] : [difference(meant, read, path)];
  }
  if (meant.kind === "sequence" && read.kind === "sequence" && meant.items.length === read.items.length) {
    return meant.items.flatMap((item, index) => differences(item, read.items[index], `${path}[${index}]`));
  }
  if (meant.kind === "mapping" && read.kind === "mapping") {
    const [ours, theirs] = [meant, read].map(
      ({ entries }) => new Map(entries.map(({ key, value }) => [key, value])),
    );
    const keys = new Set([...(ours?.keys() ?? []), ...(theirs?.keys() ?? [])]);
    return [...keys].flatMap((key) =>
      differences(ours?.get(key), theirs?.get(key), path === "" ? key : `${path}.${key}`),
    );
  }
  return isNothing(meant) && isNothing(read) ? [] : [difference(meant, read, path)];
}

/** An empty collection is the same as none, and so is a null of mono's own. */
function isNothing(node: Node | undefined): boolean {
  if (node === undefined) return true;
  if (node.kind === "scalar") return node.isOwn === true && node.raw === "null";
  return (node.kind === "mapping" ? node.entries : node.items).length === 0;
}

/**
 * Compose's own bytes in both. Only of what mono has written, on either side, the value counts: Compose prints it in its
 * own form, and some numbers as text.
 */
function isSameScalar(meant: Node & { kind: "scalar" }, read: Node & { kind: "scalar" }): boolean {
  if (meant.raw === read.raw) return true;
  const isOwn = meant.isOwn === true || read.isOwn === true;
  return isOwn && String(valueOf(meant)) === String(valueOf(read));
}

function difference(meant: Node | undefined, read: Node | undefined, path: string): string {
  return `${path}: meant ${shown(meant)}, Compose reads ${shown(read)}`;
}

/** Kinds and keys, not values: they may be secrets. */
function shown(node: Node | undefined): string {
  if (node === undefined) return "nothing";
  switch (node.kind) {
    case "mapping":
      return `a mapping of ${node.entries.map(({ key }) => key).join(", ")}`;
    case "sequence":
      return `a list of ${node.items.length}`;
    case "scalar": {
      const value = valueOf(node);
      return value === null ? "null" : `another ${typeof value}`;
    }
  }
}
