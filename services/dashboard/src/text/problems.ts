/** Sentences for the site's problem codes. A code without one shows the site's own detail. */
import { NoAnswer, Refused } from '../api/http.ts';
import type { Language } from '../time.ts';

/** In Bahasa Indonesia and English; made from the problem's facts where these say more. */
export type Sentence = Pair | ((facts: Record<string, unknown>) => Pair);
type Pair = [id: string, en: string];

const sentences: Record<string, Sentence> = {
  invalid_request: ['Isian tidak sesuai bentuk yang diminta.', 'The form does not have what is asked for.'],
  body_too_large: ['Isian terlalu besar.', 'The form is too large.'],
  request_timeout: ['Sambungan terlalu lambat. Kirim lagi.', 'The connection is too slow. Send again.'],
  idempotency_key_reused: [
    'Kiriman pertama dari formulir ini sudah masuk, dengan isi yang lain. Periksa hasilnya; perubahan dikirim tersendiri.',
    'The first sending of this form has arrived, with other content. Check the result; send changes on their own.',
  ],
  not_signed_in: [
    'Sesi sudah berakhir. Masuk lagi; isian tidak hilang.',
    'Your session has ended. Sign in again; the form is kept.',
  ],
  wrong_credentials: ['Nama akun atau kata sandi salah.', 'Account name or password is wrong.'],
  too_many_attempts: [
    'Terlalu sering salah kata sandi. Tunggu sebentar, lalu coba lagi.',
    'Too many wrong passwords. Wait a while, then try again.',
  ],
  too_many_requests: [
    'Terlalu banyak permintaan. Tunggu sebentar, lalu coba lagi.',
    'Too many requests. Wait a while, then try again.',
  ],
  csrf_token_missing: [
    'Sesi tidak cocok lagi. Muat ulang halaman.',
    'The session does not match any more. Reload the page.',
  ],
  role_not_permitted: ['Peran Anda tidak berwenang untuk tindakan ini.', 'Your role may not do this.'],
  incident_unknown: ['Kejadian ini tidak ada di pos ini.', 'There is no such incident at this site.'],
  incident_of_neighbour: [
    'Kejadian ini milik tetangga; hanya pemiliknya yang dapat mengubah.',
    'The incident belongs to the neighbour; only its owner changes it.',
  ],
  already_reported: ['Kejadian ini sudah dilaporkan.', 'The incident was reported before.'],
  place_unknown: ['Desa atau kecamatan itu tidak ada.', 'There is no such village or district.'],
  place_not_ours: [
    'Tempat itu di kabupaten lain: laporkan melalui pos kabupaten itu.',
    'The place lies in another regency: report it through that regency’s post.',
  ],
  point_outside: [
    'Titik itu di luar kabupaten ini dan tetangganya. Tunjuk titik lain.',
    'The point lies outside this regency and its neighbours. Choose another one.',
  ],
  time_in_future: [
    'Waktunya di masa depan. Periksa tanggal dan jam.',
    'The time lies in the future. Check date and hour.',
  ],
  personal_data_in_text: [
    'Teks memuat NIK atau nomor telepon. Hapus dahulu.',
    'The text holds an identity or phone number. Remove it first.',
  ],
  not_allowed_in_status: [
    'Status kejadian sudah berubah; tindakan ini tidak berlaku lagi.',
    'The incident’s status has changed; this action no longer applies.',
  ],
  nothing_to_correct: [
    'Tidak ada angka yang dapat dikoreksi di sana.',
    'There is no figure to correct there.',
  ],
  merge_into_itself: [
    'Kejadian tidak dapat digabung ke dirinya sendiri.',
    'An incident is not merged into itself.',
  ],
  merge_target_unfit: [
    'Kejadian tujuan tidak dapat menerima penggabungan.',
    'The incident to merge into is not fit for it.',
  ],
  merged_elsewhere: ['Kejadian ini sudah digabung ke yang lain.', 'The incident was merged into another.'],
  same_needs_neighbour: [
    'Kejadian yang sama dinyatakan dengan kejadian milik tetangga.',
    'The same event is declared with a neighbour’s incident.',
  ],
  stale_revision: [
    'Orang lain baru saja mengubahnya. Periksa perubahannya, lalu kirim lagi.',
    'Somebody has just changed it. Look at the change, then send again.',
  ],
  ledger_unavailable: [
    'Server tidak dapat menyimpan sekarang. Belum tersimpan; kirim lagi sebentar lagi.',
    'The server can’t store anything now. Nothing was stored; send again soon.',
  ],
  event_too_large: ['Isian terlalu besar untuk disimpan.', 'The form is too large to be stored.'],
  not_ready: ['Server belum siap. Coba lagi.', 'The server is not ready. Try again.'],
  overloaded: ['Server terlalu sibuk. Coba lagi.', 'The server is too busy. Try again.'],
  internal: ['Terjadi kesalahan di server.', 'Something went wrong on the server.'],
};

/** Adds an area's sentences; called once, when its code is loaded. */
export const addSentences = (more: Record<string, Sentence>): void => {
  Object.assign(sentences, more);
};

const unanswered: Pair = [
  'Tidak ada jawaban dari server. Belum tentu gagal: kirim lagi, tidak akan menjadi ganda.',
  'The server did not answer. It may have worked all the same: send again, it will not double.',
];

/** A sentence for whatever `request` rejected with. */
export const problemText = (language: Language, error: unknown): string => {
  const pick = ([id, en]: Pair) => (language === 'id' ? id : en);
  if (error instanceof NoAnswer) return pick(unanswered);
  if (!(error instanceof Refused)) return String(error);
  const known = sentences[error.code];
  if (!known) return error.message;
  const sentence = pick(typeof known === 'function' ? known(error.facts) : known);
  return error.code === 'invalid_request' ? `${sentence} (${error.message})` : sentence;
};
