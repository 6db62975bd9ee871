// What npm runs in a clone: builds dist/. `npm install -g git+https://…` comes here before anything is installed, because
// npm hands its own --global down to the install that it starts in the clone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

function npm(...args) {
  const { status } = spawnSync(process.execPath, [process.env.npm_execpath, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync('node_modules/esbuild')) npm('ci', '--global=false', '--include=dev', '--ignore-scripts');
npm('run', 'build');
