import { createInstanceSessions } from '../sessions/instance-sessions.js';

/** The same sessions as `memory`, for a balancer that sends each client back to the instance that knows it. */
export const sticky = createInstanceSessions('sticky');
