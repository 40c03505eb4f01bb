#!/usr/bin/env -S MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 node --max-semi-space-size=1
// What holds memory low. 1 MB for what is young on the heap: buffers that travel are let go of sooner. Two malloc arenas for
// all threads, where glibc would give each its own, and freed buffers go back to the system: five million entries peak at
// 187 MB, not 209.
import { existsSync } from 'node:fs';
import { ready } from './ready.js';

// A checkout has sources, and is built as needed; an installed package has only dist/.
if (existsSync(new URL('../src', import.meta.url))) ready();
await import('../dist/cli.js');
