import type { Place } from "../api/types.ts";

export interface PlaceNode {
  readonly key: string;
  readonly place: Place;
  readonly children: PlaceNode[];
}

/** The flat list (parent before child) as a tree. */
export function treeOf(places: readonly Place[]): PlaceNode[] {
  const nodes = new Map<string, PlaceNode>();
  const roots: PlaceNode[] = [];
  for (const place of places) {
    const node: PlaceNode = { key: place.id, place, children: [] };
    nodes.set(place.id, node);
    const parent = place.parent ? nodes.get(place.parent) : undefined;
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

/** A place and everything below it. */
export function below(places: readonly Place[], top: string): Place[] {
  const inside = new Set([top]);
  return places.filter((place) => {
    if (place.parent && inside.has(place.parent)) inside.add(place.id);
    return inside.has(place.id);
  });
}

/** From the root down to a place. */
export function pathTo(places: readonly Place[], id: string): Place[] {
  const found: Place[] = [];
  for (let at: string | null | undefined = id; at && found.length < 32; ) {
    const place = places.find((it) => it.id === at);
    if (!place) break;
    found.unshift(place);
    at = place.parent;
  }
  return found;
}
