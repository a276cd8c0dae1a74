// Each process that a cluster starts becomes one file, in the place of the compiled one: its thousand modules took most of a start.
// A module that runs in one finds files beside the process's file, not beside its own.
import { build } from 'esbuild';

const PROCESSES = [
  'balancer/server.ts',
  'services/app/server.ts',
  'services/console/server.ts',
  'services/database/embedded.ts',
  'services/database/setup.ts',
  'services/redis/topology.ts',
  'services/resource/server.ts',
  'services/secrets/setup.ts',
];
/** They load files of their own: a compiled library, PostgreSQL itself. pg-native is not there, and pg does without. */
const KEPT_OUT = ['argon2', '@electric-sql/*', 'pg-native'];

await build({
  entryPoints: PROCESSES,
  outbase: '.',
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.20',
  format: 'esm',
  external: KEPT_OUT,
  // For packages that are no modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
});
