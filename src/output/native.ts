import { createRequire } from 'node:module';

/** The two things that Node cannot do itself. */
export interface NativeFileSystem {
  /** A lock of the kernel, which dies with its process. false: another process holds it. */
  readonly tryLock: (fd: number) => boolean;
  /** Exchanges two paths in one step. */
  readonly swapSync: (from: string, to: string) => void;
}

/** null where the addon has no build for the platform, e.g. on musl: then there are slower ways. */
export function loadNative(): NativeFileSystem | null {
  try {
    const native: unknown = createRequire(import.meta.url)('fs-native-extensions');
    return isNative(native) ? native : null;
  } catch {
    return null;
  }
}

function isNative(value: unknown): value is NativeFileSystem {
  return typeof value === 'object' && value !== null && 'tryLock' in value && 'swapSync' in value;
}
