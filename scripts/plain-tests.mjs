// Loaded into every test before what tap loads: coverage is off, and tap's module loader, which counts it in a thread of its own,
// doubles the CPU of what a test imports.
import module from 'node:module';

module.register = () => {};
