import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TRANSPORTS, type TransportName } from '../../balancer/contract.js';
import { node } from '../cluster/local-parts.js';
import type { Part, PartSpec } from '../cluster/part.js';
import { findFreePorts } from '../cluster/ports.js';
import { readCpuMicros } from '../cluster/process-cpu.js';
import { findProgram } from '../cluster/programs.js';
import { adminWith, takeSnapshot } from '../cluster/serving.js';
import { type Addresses, haproxyConfig, nginxConfig } from './proxy-config.js';
import { replyPath, UPSTREAM_HEADER } from './reply.js';

export interface RunningProxy {
  /** Origins that clients send to; several share the load. */
  readonly urls: readonly string[];
  /** CPU time of its process so far, in µs. */
  readonly readCpuMicros: () => Promise<number>;
  /** Of a program that is not ours. */
  readonly version?: string;
}

/** What a proxy is started with. */
export interface Site {
  /** Origins of the upstreams. */
  readonly upstreams: readonly string[];
  /** For files while it runs. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** A process that ends with the site. */
  readonly add: (spec: PartSpec) => Part;
}

export interface ProxyKind {
  /** Why it cannot run here, or undefined where it can. `path` is where programs are looked for. */
  readonly missing: (path: string) => string | undefined;
  readonly start: (site: Site, path: string) => Promise<RunningProxy>;
}

/** Programs that are compared where they are installed. */
interface Program {
  readonly package: string;
  /** Makes it tell its version, and how it was built. */
  readonly describe: string;
  readonly version: RegExp;
  readonly config: (addresses: Addresses, folder: string, description: string) => string;
  readonly args: (configFile: string) => readonly string[];
}

const PROGRAMS: Readonly<Record<'haproxy' | 'nginx', Program>> = {
  haproxy: {
    package: 'haproxy',
    describe: '-v',
    version: /version (\S+)/,
    config: haproxyConfig,
    args: (file) => ['-db', '-f', file],
  },
  nginx: {
    package: 'nginx-light',
    describe: '-V',
    version: /nginx\/(\S+)/,
    config: nginxConfig,
    args: (file) => ['-c', file],
  },
};

/** No proxy at all: what the others are added to. */
export const DIRECT = 'direct';

/** Everything that is compared, in the order in which it is shown. */
export const PROXIES: Readonly<Record<string, ProxyKind>> = {
  [DIRECT]: {
    missing: () => undefined,
    start: async ({ upstreams }) => ({ urls: upstreams, readCpuMicros: async () => 0 }),
  },
  ...Object.fromEntries(TRANSPORTS.map((transport) => [transport, ourBalancer(transport)])),
  ...Object.fromEntries(Object.entries(PROGRAMS).map(([name, program]) => [name, foreign(name, program)])),
};

/** This project's balancer with its defaults, but for what it is not asked to do here: affinity. */
function ourBalancer(transport: TransportName): ProxyKind {
  return {
    missing: () => undefined,
    async start({ upstreams, environment, add }) {
      const token = randomBytes(24).toString('base64url');
      const env = {
        ...environment,
        HOST: '127.0.0.1',
        PORT: '0',
        ADMIN_HOST: '127.0.0.1',
        ADMIN_PORT: '0',
        ADMIN_TOKEN: token,
        BALANCER_TRANSPORT: transport,
        UPSTREAMS: upstreams.join(','),
        POLICY: '/=round-robin',
        AFFINITY: '/=none',
      };
      const { addresses } = await add(node(`balancer (${transport})`, 'balancer/server.js', 'ipc', env)).start();
      const admin = adminWith(addresses.opsUrl ?? '', token);
      await untilAllAnswer(addresses.url, upstreams.length, AbortSignal.timeout(READY_DEADLINE_MS));
      return {
        urls: [addresses.url],
        async readCpuMicros() {
          const { cpu } = await takeSnapshot(admin);
          return cpu.userMicros + cpu.systemMicros;
        },
      };
    },
  };
}

function foreign(name: string, program: Program): ProxyKind {
  const find = (path: string) => findProgram(path, [name]);
  return {
    missing: (path) => (find(path) ? undefined : `not installed (apt-get install ${program.package})`),
    async start({ upstreams, folder, environment, add }, path) {
      const command = find(path) ?? name;
      const { stdout, stderr } = spawnSync(command, [program.describe], { encoding: 'utf8' });
      const description = `${stdout}${stderr}`;
      const [port = 0] = await findFreePorts(1);
      const addresses = { port, upstreams: upstreams.map((url) => new URL(url).host) };
      const file = join(folder, `${name}.conf`);
      await writeFile(file, program.config(addresses, folder, description));
      const url = `http://127.0.0.1:${port}`;
      const ready = (signal: AbortSignal) => untilAllAnswer(url, upstreams.length, signal);
      const { pid } = await add({ name, command, args: program.args(file), env: environment, ready }).start();
      const version = program.version.exec(description)?.[1] ?? 'unknown';
      return { urls: [url], version, readCpuMicros: async () => readCpuMicros(pid ?? 0) };
    },
  };
}

const READY_DEADLINE_MS = 30_000;

/** Resolves once so many upstreams have answered through the proxy. */
async function untilAllAnswer(url: string, count: number, signal: AbortSignal): Promise<void> {
  const seen = new Set<string | null>();
  while (seen.size < count) {
    try {
      const response = await fetch(`${url}${replyPath(300)}`, { signal });
      await response.arrayBuffer();
      if (response.ok) seen.add(response.headers.get(UPSTREAM_HEADER));
    } catch {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
