import { expect, it } from 'vitest';
import { type Steps, stateMachine } from '../../src/base/state-machine.ts';

type Door = 'open' | 'shut' | 'walled up';
const steps: Steps<Door> = { open: ['shut'], shut: ['open', 'walled up'], 'walled up': [] };

it('a state machine takes the steps that are drawn, and says of others that it stays', () => {
  const door = stateMachine(steps, 'open');
  expect([door.enter('walled up'), door.state]).toEqual([false, 'open']);
  expect([door.enter('shut'), door.enter('shut'), door.state]).toEqual([true, false, 'shut']);
  expect([door.enter('walled up'), door.enter('open'), door.state]).toEqual([true, false, 'walled up']);
});
