import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** An agent that is started again and again, as by a timer. */
export interface AgentLoop {
  stop(): Promise<void>;
}

/** @param prefix what the agent is started by, e.g. to enter a namespace */
export function startAgent(script: string, prefix: readonly string[], args: readonly string[]): AgentLoop {
  const [command = 'bash', ...rest] = [...prefix, 'bash', script, 'run', ...args];
  let running: ChildProcess | null = null;
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      running = spawn(command, rest, { stdio: 'ignore' });
      await once(running, 'exit');
      // Its shortest interval is a second.
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      running?.kill('SIGTERM');
      await loop;
    },
  };
}
