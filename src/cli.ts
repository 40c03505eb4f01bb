import { endBy, Interrupted } from './cli/interruption.ts';
import { run } from './cli/program.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has seen enough: `arrivage … | head`.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Interrupted)) throw error;
  endBy(error.signal);
}
