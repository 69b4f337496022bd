/** What is said in Bahasa Indonesia of what is not as it should be: loaded when something is not. */
import type { SourceRepair } from '@siaga/domain';

/** What came of asking the owner for a missing event; `none` where this process does not know. */
const asked: Record<SourceRepair['answer'] | 'none', string> = {
  none: 'Diminta ulang dari pemiliknya.',
  asked: 'Sedang diminta ulang dari pemiliknya.',
  unreachable: 'Pemiliknya tidak dapat dihubungi; diminta lagi terus-menerus.',
  refused: 'Pemiliknya tidak memberikannya: hubungi Pusdalops di sana.',
};

export const troubleId = {
  sequence: (sequence: number) => `nomor urut ${sequence}`,
  lost: (name: string, at: string, age: string, sequence: string) =>
    `Data ${name} per ${at} (${age}), ${sequence}. Sambungan ke sana terputus.`,
  neverComplete: (name: string, sequence: string) =>
    `Data ${name} belum pernah lengkap (${sequence}). Sambungan ke sana terputus.`,
  hole: (name: string, expected: number, found: number, at: string, answer?: SourceRepair['answer']) =>
    `Data ${name} berhenti: peristiwa no. ${expected} belum diterima, sudah ada no. ${found}. ${asked[answer ?? 'none']} Lengkap sampai: ${at}.`,
  holeUnknown: (name: string, at: string) =>
    `Data ${name} berhenti: ada peristiwa yang belum diterima. Lengkap sampai: ${at}.`,
  failing: (name: string, why: string, at: string) =>
    `Data ${name} gagal diolah di sini${why ? `: ${why}` : ''}. Lengkap sampai: ${at}.`,
  held: (name: string, why: string, at: string) => {
    const because: Record<string, string> = {
      restored: 'catatannya dipulihkan dari cadangan dan belum semua tetangga terdengar',
      forgotten: 'catatannya dipulihkan dan ada peristiwa yang hilang di sana, tetapi diketahui tetangga',
      forked: 'ada nomor yang terpakai dua kali setelah pemulihan',
    };
    return `${name} tidak membagikan peristiwa baru: ${because[why] ?? why}. Lengkap sampai: ${at}. Petugas sistem ${name} harus bertindak.`;
  },

  unreadable: (total: number) => `${total} pesan tidak dapat dibaca dan disisihkan`,
  forged: (total: number, at: string) =>
    `${total} pesan mengaku dari suatu kabupaten tanpa tanda tangannya, terakhir ${at}. Pesan itu ditolak dan disisihkan. Beri tahu admin.`,
};
export type TroubleText = typeof troubleId;
