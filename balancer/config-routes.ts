import type { AffinityKind } from './affinity/affinity.js';
import { AFFINITIES } from './affinity/index.js';
import type { RouteSnapshot } from './contract.js';
import { ConfigError } from './errors.js';
import { covers } from './exchange/routes.js';
import { POLICIES } from './policies/index.js';
import type { PolicyFactory } from './policies/policy.js';

/** How requests under one path prefix are routed, by names and by what these stand for. */
export interface RouteConfig extends RouteSnapshot {
  readonly createPolicy: PolicyFactory;
  readonly affinityKind: AffinityKind;
  readonly affinityArgument: string;
}

export const POLICY_NAMES: readonly string[] = Object.keys(POLICIES);

/** As they may be given: those that take any argument are left out. */
export const AFFINITY_NAMES: readonly string[] = Object.entries(AFFINITIES).flatMap(([name, { argument }]) => {
  if (argument === undefined) return [name];
  return argument instanceof RegExp ? [] : argument.map((allowed) => `${name}:${allowed}`);
});

/** Throws ConfigError at the first wrong entry. */
export function readRoutes({ POLICY, AFFINITY }: { POLICY: string; AFFINITY: string }): RouteConfig[] {
  const policies = readPrefixes('POLICY', POLICY, POLICY_NAMES, findPolicy);
  const affinities = readPrefixes('AFFINITY', AFFINITY, Object.keys(AFFINITIES), findAffinity);
  const prefixes = new Set(['/', ...policies.keys(), ...affinities.keys()]);
  return [...prefixes].map((prefix) => {
    const policy = nearest(policies, prefix) ?? 'round-robin';
    return resolveRoute({ prefix, policy, affinity: nearest(affinities, prefix) ?? 'none' }) as RouteConfig;
  });
}

/** undefined where there is no such policy or affinity. */
export function resolveRoute(route: RouteSnapshot): RouteConfig | undefined {
  const createPolicy = findPolicy(route.policy);
  const affinity = findAffinity(route.affinity);
  return createPolicy && affinity && { ...route, createPolicy, ...affinity };
}

function findPolicy(name: string): PolicyFactory | undefined {
  return Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined;
}

/** `name` or `name:argument`. */
function findAffinity(text: string): Pick<RouteConfig, 'affinityKind' | 'affinityArgument'> | undefined {
  const [name = '', given] = text.split(':');
  const affinityKind = Object.hasOwn(AFFINITIES, name) ? AFFINITIES[name] : undefined;
  if (affinityKind === undefined) return undefined;
  const { argument } = affinityKind;
  if (argument === undefined) return given === undefined ? { affinityKind, affinityArgument: '' } : undefined;
  const affinityArgument = given ?? '';
  const fits = argument instanceof RegExp ? argument.test(affinityArgument) : argument.includes(affinityArgument);
  return fits ? { affinityKind, affinityArgument } : undefined;
}

/** `/=round-robin,/sticky=…` as a map from prefix to name. */
function readPrefixes(key: string, value: string, names: readonly string[], find: (name: string) => unknown) {
  const byPrefix = new Map<string, string>();
  for (const entry of listOf(value)) {
    const [prefix = '', name = ''] = entry.split('=');
    if (!prefix.startsWith('/') || find(name) === undefined) {
      throw new ConfigError(
        key,
        entry,
        `prefix=name, where prefix starts with / and name is one of ${names.join(', ')}`,
      );
    }
    byPrefix.set(prefix, name);
  }
  return byPrefix;
}

function nearest(byPrefix: ReadonlyMap<string, string>, path: string): string | undefined {
  const covering = [...byPrefix].filter(([prefix]) => covers(prefix, path));
  return covering.sort(([a], [b]) => b.length - a.length)[0]?.[1];
}

/** Entries between commas, without what surrounds them. */
export function listOf(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}
