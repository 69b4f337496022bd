/** A disk of its own for each site, small enough to fill: a file mounted as one, else memory, else only files. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Disk {
  readonly folder: string;
  /** `loop`: ext4 in a file. `tmpfs`: memory with a limit. `none`: a folder of the machine's disk, which is not filled. */
  readonly kind: 'loop' | 'tmpfs' | 'none';
  /** Takes what is free, to the last block. */
  fill(): void;
  free(): void;
  stop(): void;
}

const SIZE_MB = 6_144;

/** Makes a disk under `folder`. Root is needed for the kinds that can be filled. */
export const openDisk = (folder: string): Disk => {
  const image = join(folder, 'disk.img');
  const mounted = join(folder, 'disk');
  const filler = join(mounted, 'filler');
  mkdirSync(mounted, { recursive: true });
  const kind = mount(image, mounted);
  return {
    folder: mounted,
    kind,
    fill() {
      const { bavail, bsize } = statfsSync(mounted);
      // More than there is: what can be had is taken, and the rest is refused.
      if (kind === 'loop') run('fallocate', ['-l', String(bavail * bsize + bsize), filler]);
      if (kind === 'tmpfs') run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M']);
    },
    free: () => rmSync(filler, { force: true }),
    stop() {
      // Lazy: a process that ends may still hold a file.
      if (kind !== 'none') run('umount', ['-l', mounted]);
    },
  };
};

const mount = (image: string, mounted: string): Disk['kind'] => {
  writeFileSync(image, '');
  // A file with holes: it takes of the machine's disk what is written.
  truncateSync(image, SIZE_MB * 2 ** 20);
  // No blocks kept for root, no journal: what is measured is the site, not a disk in a disk.
  const made = run('mkfs.ext4', ['-q', '-F', '-m', '0', '-O', '^has_journal', image]);
  if (made && run('mount', ['-o', 'loop', image, mounted])) return 'loop';
  rmSync(image);
  return run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', mounted]) ? 'tmpfs' : 'none';
};

const run = (program: string, args: string[]): boolean => spawnSync(program, args).status === 0;
