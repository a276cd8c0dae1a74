// What `npm run bench`, `npm start` and `npm test` need before they can run. No dependency, and no syntax that an old
// Node.js cannot parse: an old one must get as far as being told so. What is done already is not done again.
import { execFileSync, spawn } from 'child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'fs';
import { delimiter, dirname, join } from 'path';
import { fileURLToPath } from 'url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = ['services', 'balancer', 'bench', 'scripts', 'tsconfig.json', 'package-lock.json'];
const windows = process.platform === 'win32';

requireNode();
installPackages().then(build).then(prepareTests).then(provideRedis);

function requireNode() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '');
  const [major, minor] = wanted.split('.').map(Number);
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  fail(`Node.js ${process.versions.node} is too old: AuthScale needs ${wanted} or newer.`);
}

async function installPackages() {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say('installing packages (npm ci)');
  // No package's install script is needed, so none is run.
  const status = await attend(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    windows,
  );
  if (status !== 0) fail('npm ci did not succeed: see its message above. Nothing was started.');
  // npm keeps an older time on the file when nothing changed; the next start would install again.
  writeFileSync(installed, readFileSync(installed));
}

async function build() {
  const stamp = join(root, 'dist', '.built');
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest(sources.map((name) => join(root, name)))) return;
  say('compiling (tsc)');
  const startedAt = new Date();
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if ((await attend(process.execPath, [tsc, '-p', root])) !== 0)
    fail('the sources do not compile: see the messages above. Nothing was started.');
  if ((await attend(process.execPath, [join(root, 'scripts', 'bundle.mjs')])) !== 0)
    fail('the processes cannot be bundled: see the messages above. Nothing was started.');
  writeFileSync(stamp, '');
  // A source that was saved while the compiler ran is newer than this, and is compiled at the next start.
  utimesSync(stamp, startedAt, startedAt);
}

/** tap makes its plugins fit .taprc at the end of its first run: that run would start every file with plugins it does not use. */
async function prepareTests() {
  if (!process.argv.includes('--tests') || existsSync(join(root, '.tap', 'plugins'))) return;
  const tap = join(root, 'node_modules', 'tap', 'dist', 'esm', 'run.mjs');
  await attend(process.execPath, [tap, 'build']);
}

/** Interrupted, this ends only after the command has: one that went on alone would write into what the next start installs. */
function attend(command, args, shell) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: shell || false });
    let interrupted = false;
    const interrupt = (signal) => {
      if (!interrupted) setTimeout(() => child.kill('SIGKILL'), 5000);
      interrupted = true;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const name of signals) process.on(name, interrupt);
    child.on('error', () => resolve(null));
    child.on('exit', (status) => {
      for (const name of signals) process.removeListener(name, interrupt);
      if (interrupted) fail('interrupted. Nothing was started.', 130);
      resolve(status);
    });
  });
}

/** Newest modification below the paths, in ms since 1970. Folders count, so that a deleted file is noticed. */
function newest(paths) {
  return paths.reduce((latest, path) => {
    const found = statSync(path);
    const inside = found.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : 0;
    return Math.max(latest, found.mtimeMs, inside);
  }, 0);
}

function provideRedis() {
  if (process.env.REDIS_URL || onPath('redis-server') || onPath('valkey-server')) return;
  const failedBefore = join(root, 'node_modules', '.cache', 'authscale', 'redis-not-installed');
  if (!existsSync(failedBefore)) {
    const install = redisInstallation();
    if (install) say(`installing a Redis server (${install.map((command) => command.join(' ')).join(' && ')})`);
    if (install && install.every(run) && (onPath('redis-server') || onPath('valkey-server'))) return;
    mkdirSync(dirname(failedBefore), { recursive: true });
    writeFileSync(failedBefore, 'Delete this file to have the installation tried again.\n');
  }
  say('no Redis server: strategies that need it are skipped. Install redis-server or valkey-server, or set REDIS_URL.');
}

/** The commands that install a Redis server without asking anything, or undefined where there are none. */
function redisInstallation() {
  if (onPath('brew')) return [['brew', 'install', 'redis']];
  const asRoot =
    process.getuid && process.getuid() === 0
      ? []
      : onPath('sudo') && run(['sudo', '-n', 'true'])
        ? ['sudo', '-n']
        : null;
  if (!asRoot) return undefined;
  const managers = {
    'apt-get': [
      ['apt-get', 'update', '-qq'],
      // RUNLEVEL=1 keeps Debian from starting the system's own server: the cluster starts a private one.
      [
        'env',
        'RUNLEVEL=1',
        'DEBIAN_FRONTEND=noninteractive',
        'apt-get',
        'install',
        '-y',
        '-qq',
        '--no-install-recommends',
        'redis-server',
      ],
    ],
    dnf: [['dnf', 'install', '-y', '-q', 'redis']],
    apk: [['apk', 'add', '-q', 'redis']],
    pacman: [['pacman', '-S', '--noconfirm', '--quiet', 'valkey']],
  };
  const found = Object.keys(managers).find(onPath);
  return found && managers[found].map((command) => asRoot.concat(command));
}

function onPath(name) {
  return (process.env.PATH || '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, windows ? `${name}.exe` : name)));
}

function run(command) {
  try {
    execFileSync(command[0], command.slice(1), { stdio: 'ignore', timeout: 180000 });
    return true;
  } catch {
    return false;
  }
}

function say(message) {
  process.stderr.write(`setup: ${message}\n`);
}

function fail(message, status) {
  say(message);
  process.exit(status || 2);
}
