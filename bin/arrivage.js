#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node --max-semi-space-size=1
// What holds memory low. 1 MB for what is young on the heap: buffers that travel are let go of sooner (a server peaks at
// 185 MB, not 215). Two arenas for all threads: glibc would give each its own (at 5M entries 180 MB, not 208).
import { existsSync } from 'node:fs';
import { ready } from './ready.js';

// A checkout has sources, and is built as needed; an installed package has only dist/.
if (existsSync(new URL('../src', import.meta.url))) ready();
await import('../dist/cli.js');
