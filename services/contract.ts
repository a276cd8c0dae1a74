/** What others may rely on about an instance: paths, header and cookie names, JSON shapes. Constants and types only. */

/** Stores of several Redis servers: where one dies, another takes its place. `services/redis` starts each. */
export const REDIS_TOPOLOGIES = ['sentinel', 'cluster'] as const;
export type RedisTopology = (typeof REDIS_TOPOLOGIES)[number];

/** What keeps state for all instances. Every instance opens the database, the others where a strategy needs them. */
export type BackendName = 'database' | 'redis' | 'peers';

/**
 * When what was ended is refused: `where it is held` is at once, but only by the instance that was asked to end it, `at expiry`
 * when the token runs out.
 */
export type End = 'at once' | 'where it is held' | 'at expiry' | 'never';

/** Why all sessions of a user end: his password changed, an admin revoked them, his role changed. */
export type RevocationReason = 'password' | 'admin' | 'role';

/** What a strategy claims about itself. `strategy.contract.test.ts` holds it to that. */
export interface StrategyTraits {
  /** Where the session is, for people. */
  readonly summary: string;
  /** What it suits: ends "choose it if …". */
  readonly suits: string;
  /** What the client presents: a cookie that a browser sends by itself, a header that code must set, or a password each time. */
  readonly credential: 'cookie' | 'bearer' | 'password';
  /** Where the session lives; for tokens, what revokes them. */
  readonly state: 'instance' | 'every instance' | 'redis' | 'database' | 'client' | 'nowhere';
  /** How the balancer must route for the strategy to be tried as intended. */
  readonly routing: 'round-robin' | 'sticky';
  /** Beside the database. */
  readonly needs: readonly BackendName[];
  /** Of an authenticated `GET /me`. Those to the database are not trips to a store, whatever they are for. */
  readonly storeTripsPerRead: number;
  readonly databaseTripsPerRead: number;
  /** Whether a user stays signed in when the instance dies at which he signed in. */
  readonly survivesInstance: boolean;
  /** The same once that instance has been started again. */
  readonly survivesRestart: boolean;
  readonly ends: {
    readonly logout: End;
    readonly passwordChange: End;
    readonly revocation: End;
    readonly demotion: End;
    /** Of the session that comes along when its user signs in again. */
    readonly replacement: End;
  };
  readonly keepsCart: boolean;
  /** Whether a session can be made without a request that begins it. */
  readonly canMint: boolean;
}

const MEMORY: StrategyTraits = {
  summary: 'session in the instance',
  suits: 'there will only ever be one instance',
  credential: 'cookie',
  state: 'instance',
  routing: 'round-robin',
  needs: [],
  storeTripsPerRead: 0,
  databaseTripsPerRead: 0,
  survivesInstance: false,
  survivesRestart: false,
  // Whoever does not hold a session cannot end it either: a logout elsewhere is refused.
  ends: {
    logout: 'at once',
    passwordChange: 'where it is held',
    revocation: 'where it is held',
    demotion: 'where it is held',
    replacement: 'where it is held',
  },
  keepsCart: true,
  canMint: true,
};

const REDIS: StrategyTraits = {
  summary: 'session in Redis',
  suits: 'logout, bans and roles must hold at once',
  credential: 'cookie',
  state: 'redis',
  routing: 'round-robin',
  needs: ['redis'],
  storeTripsPerRead: 1,
  databaseTripsPerRead: 0,
  survivesInstance: true,
  survivesRestart: true,
  ends: {
    logout: 'at once',
    passwordChange: 'at once',
    revocation: 'at once',
    demotion: 'at once',
    replacement: 'at once',
  },
  keepsCart: true,
  canMint: true,
};

const REDIS_ID: StrategyTraits = {
  ...REDIS,
  summary: 'id in Redis, profile in the database',
  suits: 'profiles change often and must be fresh',
  databaseTripsPerRead: 1,
};

const PASSWORD: StrategyTraits = {
  summary: 'the password with every request',
  suits: 'a script calls now and then',
  credential: 'password',
  state: 'nowhere',
  routing: 'round-robin',
  needs: [],
  storeTripsPerRead: 0,
  databaseTripsPerRead: 1,
  survivesInstance: true,
  survivesRestart: true,
  ends: {
    logout: 'never',
    passwordChange: 'at once',
    revocation: 'never',
    demotion: 'at once',
    replacement: 'never',
  },
  keepsCart: false,
  canMint: false,
};

const TOKEN: StrategyTraits = {
  summary: 'signed token at the client',
  suits: 'nothing may be shared, or others must check it',
  credential: 'bearer',
  state: 'client',
  routing: 'round-robin',
  needs: [],
  storeTripsPerRead: 0,
  databaseTripsPerRead: 0,
  survivesInstance: true,
  survivesRestart: true,
  ends: {
    logout: 'at expiry',
    passwordChange: 'at expiry',
    revocation: 'at expiry',
    demotion: 'at expiry',
    replacement: 'at expiry',
  },
  keepsCart: false,
  canMint: true,
};

const ROWS = {
  memory: MEMORY,
  // Its sessions hold the request that began them.
  'memory-leaky': { ...MEMORY, suits: 'a leak is to be shown', canMint: false },
  sticky: {
    ...MEMORY,
    summary: 'session in the instance, user pinned to it',
    suits: 'there is no store, and a lost instance may sign users out',
    routing: 'sticky',
  },
  redis: REDIS,
  'redis-id': REDIS_ID,
  jwt: TOKEN,
  'jwt-denylist': {
    ...TOKEN,
    summary: 'token, revoked ones in Redis',
    suits: 'tokens are given, and logout must hold at once',
    state: 'redis',
    needs: ['redis'],
    storeTripsPerRead: 1,
    // Who signs in again has two tokens.
    ends: { ...REDIS.ends, replacement: 'at expiry' },
  },
  // What can be ended is the session that gets new tokens.
  'jwt-refresh': {
    ...TOKEN,
    summary: 'short token, and one to renew it',
    suits: 'tokens are given, and minutes of exposure are fine',
    state: 'redis',
    needs: ['redis'],
  },
  basic: PASSWORD,
  postgres: {
    ...REDIS,
    summary: 'session in a table of the database',
    suits: 'there is a database already, and nothing else is to be run',
    state: 'database',
    needs: [],
    storeTripsPerRead: 0,
    databaseTripsPerRead: 1,
  },
  file: {
    ...MEMORY,
    summary: "session on the instance's disk",
    suits: 'there will only ever be one instance, and a restart must sign nobody out',
    survivesRestart: true,
  },
  sealed: {
    ...TOKEN,
    summary: 'session sealed in the cookie',
    suits: 'nothing may be shared, and browsers sign in',
    credential: 'cookie',
  },
  // Where instances cannot reach each other, what one of them ends goes on at the others until they can.
  replicated: {
    ...REDIS,
    summary: 'session in every instance, each tells all others',
    suits: 'there are few instances and no store, and a lost instance must sign nobody out',
    state: 'every instance',
    needs: ['peers'],
    storeTripsPerRead: 0,
  },
} satisfies Record<string, StrategyTraits>;

export type StrategyName = keyof typeof ROWS;

/** Every strategy an instance can mount, each under `/<name>`. `services/app/strategies/index.ts` must implement each. */
export const STRATEGIES: Readonly<Record<StrategyName, StrategyTraits>> = ROWS;

/** The four that textbooks compare. */
export const DEFAULT_STRATEGIES: readonly StrategyName[] = ['memory', 'sticky', 'redis', 'jwt'];

/** What an instance mounts unless told otherwise: all but the one that only shows a leak. */
export const SERVED_STRATEGIES: readonly StrategyName[] = (Object.keys(ROWS) as StrategyName[]).filter(
  (name) => name !== 'memory-leaky',
);

/** What the cluster of a run mounts unless told otherwise: with all that are served it would take longer. */
export const MOUNTED_STRATEGIES: readonly StrategyName[] = [
  'memory',
  'sticky',
  'redis',
  'redis-id',
  'jwt',
  'jwt-denylist',
  'jwt-refresh',
  'basic',
];

/**
 * `GET /none/me`: the reply of `/<strategy>/me` without authentication; `GET /none/<routing>/me` is the same, for a balancer that routes each
 * such path in another way. Mounted only where BENCH_TOKEN is set.
 */
export const BASELINE = 'none';

export const HEADERS = {
  instance: 'x-instance',
  serverTiming: 'server-timing',
  benchToken: 'x-bench-token',
  controlToken: 'x-control-token',
} as const;

/** Of a request: its target, and names and values of its headers. What has more is answered with 431. */
export const MAX_HEADER_BYTES = 16_384;

/** Under each strategy's prefix. */
export const ROUTES = {
  login: '/login',
  /** `POST {username}` with the bench token: a login from after the password check on. */
  benchLogin: '/bench/login',
  /** `POST {count, keep}` with the bench token: so many sessions, dealt over the seeded users; replies with some of them. */
  benchMint: '/bench/mint',
  logout: '/logout',
  /** `POST {refreshToken}`, where a login has given one: a LoginReply with the next ones. */
  refresh: '/refresh',
  me: '/me',
  posts: '/posts',
  /** `POST {current, next}` ends every session of the user, the caller's own too. */
  password: '/password',
  /** `GET`; `POST {item}`, which `?update=atomic` makes safe beside others. */
  cart: '/cart',
  adminUsers: '/admin/users',
  /** `POST`: ends every session of the user. */
  revokeUser: '/admin/users/:id/revoke',
  /** `PUT {role}`. */
  userRole: '/admin/users/:id/role',
} as const;

/** Where instances publish their public keys (RFC 7517 section 5). */
export const JWKS_PATH = '/.well-known/jwks.json';

/** Of the resource server, which accepts the instances' access tokens by their public keys alone. */
export const RESOURCE_ROUTES = { documents: '/documents' } as const;
export const CART = { itemLimit: 100, itemLength: 100 } as const;

/** On the operations listener, which the balancer never routes to. */
export const OPS = {
  health: '/health',
  ready: '/ready',
  stats: '/stats',
  metrics: '/metrics',
  /** `POST` with the bench token: collects all garbage, then answers as `/stats`. */
  collect: '/collect',
  /** `POST` with the control token → 202, and it is done: SIGKILL, or SIGSTOP for FREEZE_SECONDS. */
  kill: '/control/kill',
  freeze: '/control/freeze',
} as const;

/** For as long as nobody can thaw what was frozen. */
export const FREEZE_SECONDS = 20;

/** The users that the seed creates: `user1` … `user<count>` and `admin`, all with the demo password of the secrets. */
export const SEED = { userPrefix: 'user', userCount: 1000, adminName: 'admin' } as const;

/** Files in SECRETS_DIR. */
export const SECRET_FILES = {
  session: 'session-secret',
  /** Encrypts cookies: a symmetric JWK. */
  seal: 'seal-key.json',
  affinity: 'affinity-secret',
  /** What every request to the balancer's admin listener bears. */
  admin: 'admin-token',
  database: 'database-password',
  /** By which instances know each other, where they tell each other of sessions. */
  peer: 'peer-secret',
  demoPassword: 'demo-password',
  /** Of the console's printed link: who acts on its page bears it. */
  console: 'console-token',
  /** Of orders to an instance's operations listener. */
  control: 'control-token',
} as const;

export const JWT_ALGORITHMS = ['HS256', 'ES256', 'EdDSA', 'RS256'] as const;
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

/** What a login with a bearer strategy may ask for, to get a token for less than all that the user may do. */
export const TOKEN_SCOPES = ['read'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** Each holds a private (or, for HS256, symmetric) JWK. */
export const JWT_KEY_FILES: readonly string[] = JWT_ALGORITHMS.map((algorithm) => `jwt-${algorithm}.json`);

/** Who reads which secrets. The set-up gives each a folder with no others, which becomes the process's SECRETS_DIR. */
export const SECRET_READERS = {
  app: [
    SECRET_FILES.session,
    SECRET_FILES.seal,
    SECRET_FILES.peer,
    SECRET_FILES.control,
    SECRET_FILES.database,
    ...JWT_KEY_FILES,
  ],
  balancer: [SECRET_FILES.affinity, SECRET_FILES.admin],
  database: [SECRET_FILES.database],
  'database-setup': [SECRET_FILES.database, SECRET_FILES.demoPassword],
  console: [SECRET_FILES.admin, SECRET_FILES.demoPassword, SECRET_FILES.console, SECRET_FILES.control],
} as const satisfies Record<string, readonly string[]>;

export type SecretReader = keyof typeof SECRET_READERS;

export type Role = 'user' | 'admin';

export interface UserView {
  readonly id: number;
  readonly username: string;
  readonly role: Role;
}

/** Reply of login, `/bench/login` and `/refresh`; all but the user for bearer strategies only. */
export interface LoginReply {
  readonly user: UserView;
  readonly token?: string;
  readonly expiresInSeconds?: number;
  /** Of strategies whose tokens can be refreshed: good for one refresh, which gives the next one. */
  readonly refreshToken?: string;
}

/** Reply of `/bench/mint`: request headers, each of which presents a session. */
export interface MintReply {
  readonly credentials: readonly Readonly<Record<string, string>>[];
}

/** Reply of `/cart`. */
export interface CartReply {
  readonly items: readonly string[];
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

export interface StrategyUsage {
  /** Sessions that this instance holds; null where it holds none or shares them with others. */
  readonly sessions: number | null;
  /** Round trips to a store outside this process, since the start. */
  readonly storeTrips: number;
  /**
   * Of strategies whose instances tell each other of sessions, since the start: changes, one for each peer that was told; and all bytes that went
   * to peers, before encryption.
   */
  readonly sent?: { readonly messages: number; readonly bytes: number };
}

export interface AnswerCount {
  readonly requests: number;
  /** Answered neither 2xx nor 401. */
  readonly failed: number;
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
  /** The same under each strategy's prefix. */
  readonly answers: Readonly<Record<string, AnswerCount>>;
  readonly strategies: Readonly<Record<string, StrategyUsage>>;
  readonly databaseTrips: number;
  readonly passwordChecks: number;
}

/** Reply of `/documents` of the resource server. */
export interface DocumentView {
  readonly id: number;
  readonly authorId: number;
  readonly title: string;
}

/** Reply of `/stats` of the resource server. Counters grow from the start of the process. */
export interface ResourceStats {
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly node: string;
  readonly jwtAlgorithm: JwtAlgorithm;
  readonly cpu: { readonly userMicros: number; readonly systemMicros: number };
  /** Requests answered by the public listener. */
  readonly requests: number;
  /** How often the public keys were asked for. */
  readonly jwksFetches: number;
}

/** Sent over IPC by a spawned process (instance, resource server, balancer, embedded database) once it accepts connections. */
export interface ListeningMessage {
  readonly listening: { readonly url: string; readonly opsUrl?: string };
}

/** What whoever started a cluster can do to its parts. */
export const CONTROL_ACTS = ['kill', 'freeze', 'thaw', 'revive', 'remove', 'stop', 'restart'] as const;
export type ControlAct = (typeof CONTROL_ACTS)[number];

export interface ControlledPart {
  /** `instance-2`, `balancer`, `redis`, `database`. */
  readonly name: string;
  readonly state: 'starting' | 'up' | 'frozen' | 'down';
  /** What is possible to it now. What died by itself starts again by itself. */
  readonly acts: readonly ControlAct[];
  /** Of an instance, as the balancer knows it. */
  readonly url: string | null;
}

export interface ControlState {
  readonly parts: readonly ControlledPart[];
  readonly canAdd: boolean;
}

export type ControlOrder =
  | { readonly do: 'part'; readonly part: string; readonly act: ControlAct }
  | { readonly do: 'add' }
  /** What is dead or frozen is up again, and there are as many instances as at first. */
  | { readonly do: 'restore' };

/** From the console over IPC to who started it. Orders are carried out in turn; the reply comes when the order is done. */
export interface ControlRequest {
  readonly control: { readonly id: number; readonly order: ControlOrder };
}

/** `failure` is a sentence for people. */
export interface ControlReply {
  readonly controlReply: { readonly id: number; readonly failure: string | null };
}

/** To the console as soon as it listens, and after each change. `line` tells what happened by itself. */
export interface ControlNews {
  readonly controlNews: { readonly state: ControlState; readonly line: string | null };
}
