// Loaded into every test. tap makes each process that a test starts load its own module loader, which doubles the CPU of a
// cluster's start. Parts under test run as they run for users instead.
import processOnSpawn from 'process-on-spawn';
import t from 'tap';

processOnSpawn.addListener(({ env }) => {
  delete env.NODE_OPTIONS;
});

// Fails the test, and what it has started is still ended.
process.on('uncaughtException', (error) => t.threw(error));
