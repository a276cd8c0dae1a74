// Loaded into every test. tap makes each process that a test starts load its own module loader, which doubles the CPU of a
// cluster's start. Parts under test run as they run for users instead.
import 'tap';
import processOnSpawn from 'process-on-spawn';

processOnSpawn.addListener(({ env }) => {
  delete env.NODE_OPTIONS;
});
