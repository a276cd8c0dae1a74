import { mismatch } from './mismatch.js';
import { redisDies } from './redis-dies.js';
import { rollingDeploy } from './rolling-deploy.js';
import type { Scene } from './scene.js';
import { stickyDies } from './sticky-dies.js';
import { stolenToken } from './stolen-token.js';

/** In the order in which a lesson tells them. */
export const SCENES: readonly Scene[] = [mismatch, stickyDies, redisDies, stolenToken, rollingDeploy];
