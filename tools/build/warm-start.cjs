// Loaded before the bundle by warm-start: what V8 writes is read only by a V8 that was started with the same flags, so
// those that make it write the same bytes each time are taken back once they have done their work.
const { enableCompileCache } = require('node:module');
const { setFlagsFromString } = require('node:v8');

setFlagsFromString('--hash-seed=0');
setFlagsFromString('--random-seed=0');
enableCompileCache(process.env.WARM_CACHE);
