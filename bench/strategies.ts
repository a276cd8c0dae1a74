import { DEFAULT_STRATEGIES, MOUNTED_STRATEGIES, STRATEGIES, type StrategyName } from '../services/contract.js';

/** Those that are compared in every respect: the usual ones, and what was asked for beside. The others take part where a claim names them. */
export function comparedOf(strategies: readonly StrategyName[]): StrategyName[] {
  return strategies.filter((name) => DEFAULT_STRATEGIES.includes(name) || !MOUNTED_STRATEGIES.includes(name));
}

/** Whether an instance refuses the sessions of another, to which round robin leads. */
export function isLostElsewhere(strategy: unknown): boolean {
  const traits = STRATEGIES[strategy as StrategyName];
  return traits?.state === 'instance' && traits.routing === 'round-robin';
}

/** Whether its sessions end with the process of the instance that holds them. */
export function endsWithInstance(strategy: unknown): boolean {
  return STRATEGIES[strategy as StrategyName]?.survivesRestart === false;
}

/** Whether each request with it takes a password check. */
export function takesPassword(strategy: unknown): boolean {
  return STRATEGIES[strategy as StrategyName]?.credential === 'password';
}

/** Whether it cannot be without Redis. */
export function needsRedis(strategy: unknown): boolean {
  return STRATEGIES[strategy as StrategyName]?.needs.includes('redis') ?? false;
}
