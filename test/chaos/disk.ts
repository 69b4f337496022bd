/** A disk of its own for each site, small enough to fill: a file mounted as one, else memory, else one that says it is full. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `loop`: ext4 in a file. `tmpfs`: memory with a limit. `injected`: a folder of the machine's disk, and an ENOSPC that is
 * made up in the site's process (`refusing-disk.ts`); its NATS server has space all the time.
 */
export type DiskKind = (typeof DISK_KINDS)[number];
export const DISK_KINDS = ['loop', 'tmpfs', 'injected'] as const;

export interface Disk {
  readonly folder: string;
  readonly kind: DiskKind;
  /** While it exists the site's databases are refused space; only for `injected`. */
  readonly refusal: string;
  /** Takes what is free, to the last block. */
  fill(): void;
  free(): void;
  stop(): void;
}

const SIZE_MB = 6_144;

/** Makes a disk under `folder`, the first of these kinds that can be made. Root is needed for all but the last. */
export const openDisk = (folder: string, kinds: readonly DiskKind[] = DISK_KINDS): Disk => {
  const image = join(folder, 'disk.img');
  const mounted = join(folder, 'disk');
  const filler = join(mounted, 'filler');
  const refusal = join(folder, 'full');
  mkdirSync(mounted, { recursive: true });
  const kind = kinds.find((one) => mount[one](image, mounted)) ?? 'injected';
  return {
    refusal,
    folder: mounted,
    kind,
    fill() {
      const { bavail, bsize } = statfsSync(mounted);
      // More than there is: what can be had is taken, and the rest is refused.
      if (kind === 'loop') run('fallocate', ['-l', String(bavail * bsize + bsize), filler]);
      if (kind === 'tmpfs') run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M']);
      if (kind === 'injected') writeFileSync(refusal, '');
    },
    free() {
      for (const one of [filler, refusal]) rmSync(one, { force: true });
    },
    stop() {
      // Lazy: a process that ends may still hold a file.
      if (kind !== 'injected') run('umount', ['-l', mounted]);
    },
  };
};

/** Answers whether it could be made. */
const mount: Record<DiskKind, (image: string, mounted: string) => boolean> = {
  loop(image, mounted) {
    writeFileSync(image, '');
    // A file with holes: it takes of the machine's disk what is written.
    truncateSync(image, SIZE_MB * 2 ** 20);
    // No blocks kept for root, no journal: what is measured is the site, not a disk in a disk.
    const made = run('mkfs.ext4', ['-q', '-F', '-m', '0', '-O', '^has_journal', image]);
    if (made && run('mount', ['-o', 'loop', image, mounted])) return true;
    rmSync(image);
    return false;
  },
  tmpfs: (_, mounted) => run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', mounted]),
  injected: () => true,
};

const run = (program: string, args: string[]): boolean => spawnSync(program, args).status === 0;
