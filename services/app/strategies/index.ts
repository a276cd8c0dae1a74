import type { StrategyName } from '../../contract.js';
import { basic } from './basic.js';
import { file } from './file.js';
import { jwt } from './jwt.js';
import { jwtDenylist } from './jwt-denylist.js';
import { jwtRefresh } from './jwt-refresh.js';
import { memory } from './memory.js';
import { memoryLeaky } from './memory-leaky.js';
import { postgres } from './postgres.js';
import { redis } from './redis.js';
import { redisId } from './redis-id.js';
import { replicated } from './replicated.js';
import { sealed } from './sealed.js';
import { sticky } from './sticky.js';
import type { StrategyFactory } from './strategy.js';

/** Every strategy that an instance can mount. */
export const strategies = {
  memory,
  'memory-leaky': memoryLeaky,
  sticky,
  redis,
  'redis-id': redisId,
  jwt,
  'jwt-denylist': jwtDenylist,
  'jwt-refresh': jwtRefresh,
  basic,
  postgres,
  file,
  sealed,
  replicated,
} as const satisfies Record<StrategyName, StrategyFactory>;
