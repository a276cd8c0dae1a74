/** What others may rely on about an instance: paths, header and cookie names, JSON shapes. Constants and types only. */

export interface StrategyTraits {
  /** What the client presents: a cookie that a browser sends by itself, or a header that code must set. */
  readonly credential: 'cookie' | 'bearer';
  readonly state: 'instance' | 'redis' | 'client';
  /** How the balancer must route for the strategy to be tried as intended. */
  readonly routing: 'round-robin' | 'sticky';
}

/** Every strategy an instance can mount, each under `/<name>`. `services/app/strategies/index.ts` must implement each. */
export const STRATEGIES = {
  memory: { credential: 'cookie', state: 'instance', routing: 'round-robin' },
  'memory-leaky': { credential: 'cookie', state: 'instance', routing: 'round-robin' },
  sticky: { credential: 'cookie', state: 'instance', routing: 'sticky' },
  redis: { credential: 'cookie', state: 'redis', routing: 'round-robin' },
  jwt: { credential: 'bearer', state: 'client', routing: 'round-robin' },
} as const satisfies Record<string, StrategyTraits>;

export type StrategyName = keyof typeof STRATEGIES;

export const DEFAULT_STRATEGIES: readonly StrategyName[] = ['memory', 'sticky', 'redis', 'jwt'];

/** `GET /none/me`: the reply of `/<strategy>/me` without authentication. Mounted only where BENCH_TOKEN is set. */
export const BASELINE = 'none';

export const HEADERS = { instance: 'x-instance', serverTiming: 'server-timing', benchToken: 'x-bench-token' } as const;

/** Under each strategy's prefix. */
export const ROUTES = {
  login: '/login',
  /** `POST {username}` with the bench token: a login from after the password check on. */
  benchLogin: '/bench/login',
  logout: '/logout',
  me: '/me',
  posts: '/posts',
  adminUsers: '/admin/users',
} as const;

/** On the operations listener, which the balancer never routes to. */
export const OPS = { health: '/health', ready: '/ready', stats: '/stats', metrics: '/metrics' } as const;

/** The users that the seed creates: `user1` … `user<count>` and `admin`, all with the demo password of the secrets. */
export const SEED = { userPrefix: 'user', userCount: 1000, adminName: 'admin' } as const;

/** Files in SECRETS_DIR. */
export const SECRET_FILES = {
  session: 'session-secret',
  affinity: 'affinity-secret',
  /** What every request to the balancer's admin listener bears. */
  admin: 'admin-token',
  database: 'database-password',
  demoPassword: 'demo-password',
} as const;

export const JWT_ALGORITHMS = ['HS256', 'ES256', 'EdDSA', 'RS256'] as const;
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

/** Each holds a private (or, for HS256, symmetric) JWK. */
export const JWT_KEY_FILES: readonly string[] = JWT_ALGORITHMS.map((algorithm) => `jwt-${algorithm}.json`);

/** Who reads which secrets. The set-up gives each a folder with no others, which becomes the process's SECRETS_DIR. */
export const SECRET_READERS = {
  app: [SECRET_FILES.session, SECRET_FILES.database, ...JWT_KEY_FILES],
  balancer: [SECRET_FILES.affinity, SECRET_FILES.admin],
  database: [SECRET_FILES.database],
  'database-setup': [SECRET_FILES.database, SECRET_FILES.demoPassword],
} as const satisfies Record<string, readonly string[]>;

export type SecretReader = keyof typeof SECRET_READERS;

export type Role = 'user' | 'admin';

export interface UserView {
  readonly id: number;
  readonly username: string;
  readonly role: Role;
}

/** Reply of login and of `/bench/login`; `token` and `expiresInSeconds` for bearer strategies only. */
export interface LoginReply {
  readonly user: UserView;
  readonly token?: string;
  readonly expiresInSeconds?: number;
}

/** Reply of `/me`. */
export interface MeReply {
  readonly user: UserView;
}

export interface PostView {
  readonly id: number;
  readonly authorId: number;
  readonly title: string;
  readonly body: string;
}

/** Every refusal: a literal code to program against and a sentence for people. */
export interface ErrorReply {
  readonly error: string;
  readonly message: string;
}

/** Reply of `/stats`. Counters grow from the start of the process; subtract two readings. */
export interface InstanceStats {
  readonly instance: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
  /** Version of Node.js. */
  readonly node: string;
  readonly jwtAlgorithm: JwtAlgorithm;
  /** How many requests of one turn are handled together, at most. */
  readonly cohortLimit: number;
  readonly cpu: { readonly userMicros: number; readonly systemMicros: number };
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number; readonly externalBytes: number };
  readonly eventLoop: { readonly utilization: number; readonly delayP99Ms: number; readonly delayMaxMs: number };
  readonly gc: { readonly count: number; readonly pauseMs: number };
  /** Requests answered by the public listener. */
  readonly requests: number;
  readonly strategies: Readonly<Record<string, { readonly sessions: number | null; readonly storeTrips: number }>>;
  readonly databaseTrips: number;
  readonly passwordChecks: number;
}

/** Sent over IPC by a spawned process (instance, balancer, embedded database) once it accepts connections. */
export interface ListeningMessage {
  readonly listening: { readonly url: string; readonly opsUrl?: string };
}
