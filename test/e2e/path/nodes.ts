import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Server, startNodeExporter } from '../prometheus/servers.js';

/** What the sensors of a node say. */
export interface State {
  /** Percent of the disk that is free. */
  readonly diskFree: number;
  /** Percent of the memory that is in use. */
  readonly memoryUsed: number;
  readonly gpuCelsius: number;
  /** Whether the GPU slows itself down because of heat. */
  readonly slowdown: boolean;
}

const WELL: State = { diskFree: 60, memoryUsed: 30, gpuCelsius: 50, slowdown: false };

/**
 * A node with two exporters. Both are node_exporter with text files: DCGM's metrics are nothing but other names. A real
 * one would need a GPU.
 */
export interface Node {
  readonly ports: Readonly<Record<'node_exporter' | 'dcgm_exporter', number>>;
  /** Well, but for this. */
  is(state: Partial<State>): void;
  /** Its node_exporter goes away, and comes back where it was. */
  goDown(): Promise<void>;
  comeUp(): Promise<void>;
  stop(): Promise<void>;
}

export async function startNode(folder: string): Promise<Node> {
  const [host, gpu] = [join(folder, 'node'), join(folder, 'dcgm')];
  for (const one of [host, gpu]) mkdirSync(one, { recursive: true });
  const is = (state: Partial<State>): void => {
    const now = { ...WELL, ...state };
    replace(join(host, 'host.prom'), hostMetrics(now));
    replace(join(gpu, 'gpu.prom'), gpuMetrics(now));
  };
  is({});
  let nodeExporter: Server = await startNodeExporter(host);
  const dcgmExporter = await startNodeExporter(gpu);
  return {
    ports: { node_exporter: nodeExporter.port, dcgm_exporter: dcgmExporter.port },
    is,
    goDown: () => nodeExporter.stop(),
    comeUp: async () => {
      nodeExporter = await startNodeExporter(host, nodeExporter.port);
    },
    stop: async () => {
      await Promise.all([nodeExporter.stop(), dcgmExporter.stop()]);
    },
  };
}

function hostMetrics({ diskFree, memoryUsed }: State): string {
  const disk = '{device="/dev/sda1",fstype="ext4",mountpoint="/"}';
  return `node_filesystem_avail_bytes${disk} ${diskFree}
node_filesystem_size_bytes${disk} 100
node_filesystem_readonly${disk} 0
node_memory_MemAvailable_bytes ${100 - memoryUsed}
node_memory_MemTotal_bytes 100
`;
}

function gpuMetrics({ gpuCelsius, slowdown }: State): string {
  const gpu = '{gpu="0",UUID="GPU-a",modelName="NVIDIA H100 80GB HBM3"}';
  return `DCGM_FI_DEV_GPU_TEMP${gpu} ${gpuCelsius}
DCGM_FI_DEV_CLOCKS_EVENT_REASONS${gpu} ${slowdown ? 64 : 0}
`;
}

/** In one step, as the writers of text files are told to: a scrape sees the one or the other. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
