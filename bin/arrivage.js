#!/usr/bin/env -S node --max-semi-space-size=1
// MB that hold what is young on the heap: buffers that travel are let go of sooner, and a server peaks at 185 MB, not 215.
import { existsSync } from 'node:fs';
import { ready } from './ready.js';

// A checkout has sources, and is built as needed; an installed package has only dist/.
if (existsSync(new URL('../src', import.meta.url))) ready();
await import('../dist/cli.js');
