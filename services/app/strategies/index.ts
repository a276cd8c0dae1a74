import type { StrategyName } from '../../contract.js';
import { jwt } from './jwt.js';
import { jwtDenylist } from './jwt-denylist.js';
import { jwtRefresh } from './jwt-refresh.js';
import { memory } from './memory.js';
import { memoryLeaky } from './memory-leaky.js';
import { redis } from './redis.js';
import { sticky } from './sticky.js';
import type { StrategyFactory } from './strategy.js';

/** Every strategy that an instance can mount. */
export const strategies = {
  memory,
  'memory-leaky': memoryLeaky,
  sticky,
  redis,
  jwt,
  'jwt-denylist': jwtDenylist,
  'jwt-refresh': jwtRefresh,
} as const satisfies Record<StrategyName, StrategyFactory>;
