// Loaded into every test before what tap loads: tests run as what they test runs for users.
import asyncHooks from 'node:async_hooks';
import module from 'node:module';

// Coverage is off. The module loader that counts it in a thread of its own doubles the CPU of what a test imports.
module.register = () => {};

// To know whose an uncaught error is, tap has every promise tell of its birth and end: a third of the CPU of a test of many
// requests. In plain-children.mjs is what handles such errors without it.
asyncHooks.createHook = () => ({ enable() {}, disable() {} });
module.syncBuiltinESMExports();
