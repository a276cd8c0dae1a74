// Each process that a cluster starts becomes one file, in the place of the compiled one: its thousand modules took most of a start.
// A module that runs in one finds files beside the process's file, not beside its own.
import { writeFileSync } from 'node:fs';
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

const SETTINGS = {
  bundle: true,
  platform: 'node',
  target: 'node20.20',
  format: 'esm',
  logLevel: 'warning',
  // For packages that are no modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
};

await build({
  ...SETTINGS,
  entryPoints: PROCESSES,
  outbase: '.',
  outdir: 'dist',
  external: KEPT_OUT,
});

// Commands and tests find a few files in the place of three hundred: these took them 0.4 s of CPU to load.
const PROVIDER = '@fastify/type-provider-typebox';
await build({
  ...SETTINGS,
  entryPoints: {
    'typebox/index': 'typebox',
    'typebox/value': 'typebox/value',
    'typebox/compile': 'typebox/compile',
    [`${PROVIDER}/index`]: PROVIDER,
  },
  outdir: 'dist/node_modules',
  outExtension: { '.js': '.mjs' },
  splitting: true,
});
for (const name of ['typebox', PROVIDER]) {
  const exports = { '.': './index.mjs', './*': './*.mjs' };
  writeFileSync(`dist/node_modules/${name}/package.json`, JSON.stringify({ exports }));
}
