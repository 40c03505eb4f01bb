#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { ready } from './ready.js';

// A checkout has sources, and is built as needed; an installed package has only dist/.
if (existsSync(new URL('../src', import.meta.url))) ready();
await import('../dist/cli.js');
