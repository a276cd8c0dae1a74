import { createInstanceSessions } from '../sessions/instance-sessions.js';

/** Behind round robin, every instance but the one that began a session refuses it. */
export const memory = createInstanceSessions('memory');
