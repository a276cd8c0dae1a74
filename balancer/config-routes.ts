import type { AffinityKind } from './affinity/affinity.js';
import { AFFINITIES } from './affinity/index.js';
import { ConfigError } from './errors.js';
import { covers } from './exchange/routes.js';
import { POLICIES } from './policies/index.js';
import type { PolicyFactory } from './policies/policy.js';
import { createRoundRobin } from './policies/round-robin.js';

/** How requests under one path prefix are routed, by names. */
export interface RouteConfig {
  readonly prefix: string;
  readonly createPolicy: PolicyFactory;
  readonly affinity: AffinityKind;
  readonly affinityArgument: string;
}

/** Throws ConfigError at the first wrong entry. */
export function readRoutes({ POLICY, AFFINITY }: { POLICY: string; AFFINITY: string }): RouteConfig[] {
  const policies = readPrefixes('POLICY', POLICY, Object.keys(POLICIES), (name) =>
    Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined,
  );
  const affinities = readPrefixes('AFFINITY', AFFINITY, Object.keys(AFFINITIES), readAffinity);
  const prefixes = new Set(['/', ...policies.keys(), ...affinities.keys()]);
  return [...prefixes].map((prefix) => ({
    prefix,
    createPolicy: nearest(policies, prefix) ?? createRoundRobin,
    ...(nearest(affinities, prefix) ?? NO_AFFINITY),
  }));
}

type RouteAffinity = Pick<RouteConfig, 'affinity' | 'affinityArgument'>;
const NO_AFFINITY: RouteAffinity = { affinity: AFFINITIES.none as AffinityKind, affinityArgument: '' };

/** `name` or `name:argument`; undefined where there is no such thing. */
function readAffinity(text: string): RouteAffinity | undefined {
  const [name = '', argument] = text.split(':');
  const affinity = Object.hasOwn(AFFINITIES, name) ? AFFINITIES[name] : undefined;
  if (affinity === undefined) return undefined;
  const fits = affinity.argument === undefined ? argument === undefined : affinity.argument.test(argument ?? '');
  return fits ? { affinity, affinityArgument: argument ?? '' } : undefined;
}

/** `/=round-robin,/sticky=…` as a map from prefix to what is named. */
function readPrefixes<V>(key: string, value: string, names: readonly string[], find: (name: string) => V | undefined) {
  const byPrefix = new Map<string, V>();
  for (const entry of listOf(value)) {
    const [prefix = '', name = ''] = entry.split('=');
    const found = find(name);
    if (!prefix.startsWith('/') || found === undefined) {
      throw new ConfigError(
        key,
        entry,
        `prefix=name, where prefix starts with / and name is one of ${names.join(', ')}`,
      );
    }
    byPrefix.set(prefix, found);
  }
  return byPrefix;
}

function nearest<V>(byPrefix: ReadonlyMap<string, V>, path: string): V | undefined {
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
