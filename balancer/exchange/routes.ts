import type { Affinity } from '../affinity/affinity.js';
import type { Policy } from '../policies/policy.js';

/** How requests under one path prefix are routed. */
export interface Route {
  readonly prefix: string;
  readonly policy: Policy;
  readonly affinity: Affinity;
}

/** `/sticky` covers `/sticky`, `/sticky/…` and `/sticky?…`, not `/stickyfoo`. */
export function covers(prefix: string, path: string): boolean {
  if (prefix === '/' || path === prefix) return true;
  if (!path.startsWith(prefix)) return false;
  const next = path[prefix.length];
  return next === '/' || next === '?';
}

/** Finds the route with the longest prefix; `/` must be among them. */
export function createRouter(routes: readonly Route[]): (path: string) => Route {
  const byLength = [...routes].sort((a, b) => b.prefix.length - a.prefix.length);
  return (path) => byLength.find((route) => covers(route.prefix, path)) as Route;
}
